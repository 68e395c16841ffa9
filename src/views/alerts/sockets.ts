import { isConnection, type Socket } from '../../capture/ledger/socket.ts';
import { formatAddress } from '../../filter/address.ts';
import { PROTOCOLS } from '../../filter/words.ts';
import type { SocketLook } from '../../model/alerts/look.ts';

/** TCP connections and UDP sockets of a network namespace. */
export function* socketsOf(sockets: ReadonlyMap<number, Socket>, netns: number): Iterable<SocketLook> {
  for (const socket of sockets.values()) {
    const isUdp = socket.protocol === PROTOCOLS.udp;
    if (socket.netns !== netns || socket.mini || !(isUdp || isConnection(socket))) continue;
    yield {
      cookie: socket.cookie,
      pid: socket.owner?.pid || null,
      process: socket.owner?.process || null,
      protocol: isUdp ? 'udp' : 'tcp',
      localAddress: formatAddress(socket.source),
      localPort: socket.sourcePort,
      remoteAddress: formatAddress(socket.destination),
      remotePort: socket.destinationPort,
      retransmits: socket.retransmits,
      drops: socket.figures.drops,
    };
  }
}
