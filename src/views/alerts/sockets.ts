import { isConnection, type Socket } from '../../capture/ledger/socket.ts';
import { formatAddress } from '../../filter/address.ts';
import { PROTOCOLS } from '../../filter/words.ts';
import type { FlowLook, SocketLook } from '../../model/alerts/look.ts';

/** TCP connections and UDP sockets of a network namespace. */
export function* socketsOf(sockets: ReadonlyMap<number, Socket>, netns: number): Iterable<SocketLook> {
  for (const socket of sockets.values()) {
    const isUdp = socket.protocol === PROTOCOLS.udp;
    if (socket.netns !== netns || socket.mini || !(isUdp || isConnection(socket))) continue;
    yield {
      ...ends(socket),
      protocol: isUdp ? 'udp' : 'tcp',
      remotePort: socket.destinationPort,
      retransmits: socket.retransmits,
      drops: socket.figures.drops,
    };
  }
}

/** Far ends of UDP sockets of a network namespace that are not connected. */
export function* flowsOf(flows: Iterable<Socket>, netns: number): Iterable<FlowLook> {
  for (const flow of flows) {
    if (flow.netns !== netns || flow.protocol !== PROTOCOLS.udp) continue;
    yield { ...ends(flow), rxBytes: flow.rxBytes, txBytes: flow.txBytes };
  }
}

function ends({ cookie, owner, source, sourcePort, destination }: Socket) {
  return {
    cookie,
    pid: owner?.pid || null,
    process: owner?.process || null,
    localAddress: formatAddress(source),
    localPort: sourcePort,
    remoteAddress: formatAddress(destination),
  };
}
