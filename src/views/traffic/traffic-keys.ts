import type { Counted } from '../../capture/ledger/traffic-count.ts';
import { servicePort } from '../../capture/ledger/traffic-ledger.ts';
import type { TrafficFlow } from '../../capture/records/traffic-record.ts';
import { parseAddress } from '../../filter/address.ts';
import { LARGEST_PORT } from '../../filter/words.ts';
import { networkName, type PrefixLengths, USUAL_PREFIXES } from '../../model/network.ts';
import type { TrafficGrouping, TrafficKey } from '../../panes/traffic/row.ts';
import { nameOfProtocol } from './protocol-names.ts';
import type { Ends, Sides } from './sides.ts';

/** What a group is told by, as far as no name has to be asked for. */
export interface GroupKey
  extends Pick<TrafficKey, 'localAddress' | 'remoteAddress' | 'localPort' | 'remotePort' | 'protocol'>,
    Pick<TrafficKey, 'network' | 'cause'> {
  netns: number;
  /** By number; 0: it is not put together by it. */
  device: number;
  pid: number;
  startNs: number;
}

const NOTHING: GroupKey = {
  localAddress: '',
  localPort: null,
  remoteAddress: '',
  remotePort: null,
  network: null,
  protocol: '',
  cause: null,
  netns: 0,
  device: 0,
  pid: 0,
  startNs: 0,
};

/** The group that something belongs to; null: to what has nothing in common with others. */
export function groupKeyOf(
  counted: Counted,
  by: TrafficGrouping,
  sides: Sides,
  prefixes = USUAL_PREFIXES,
): GroupKey | null {
  const { flow, netns, device } = counted;
  if (by === 'interface') return device === 0 ? null : { ...NOTHING, netns, device };
  if (flow === null) return null;
  switch (by) {
    case 'flow':
      return { ...NOTHING, netns, protocol: nameOfProtocol(flow), ...flowEnds(sides.ends(flow)) };
    case 'pair':
      return { ...NOTHING, netns, ...pairEnds(sides.ends(flow)) };
    case 'host':
      return { ...NOTHING, netns, remoteAddress: remoteOf(flow, sides) };
    case 'network':
      return { ...NOTHING, netns, network: networkOf(remoteOf(flow, sides), prefixes) };
    case 'port':
      return { ...NOTHING, protocol: nameOfProtocol(flow), remotePort: servicePortOf(flow) };
    case 'protocol':
      return { ...NOTHING, protocol: nameOfProtocol(flow) };
    case 'process':
      return processKey(counted, flow, sides);
  }
}

function processKey({ owner }: Counted, flow: TrafficFlow, sides: Sides): GroupKey {
  const { isForwarded } = sides.ends(flow);
  if (owner === null || isForwarded || !sides.isNearOwn(flow))
    return { ...NOTHING, cause: isForwarded ? 'forwarded' : 'unowned' };
  return { ...NOTHING, pid: owner.pid, startNs: owner.startNs };
}

/** null: it has no address. */
function networkOf(address: string, prefixes: PrefixLengths): string | null {
  const words = parseAddress(address);
  return words && networkName(words, prefixes);
}

/** At each device of a router another one of its two ends. */
const remoteOf = (flow: TrafficFlow, sides: Sides): string => (sides.isTurned(flow) ? flow.near : flow.far);

/** Of an earlier flow one port is known, of what has none neither. */
const servicePortOf = (flow: TrafficFlow): number | null =>
  servicePort(flow) || Math.max(flow.nearPort, flow.farPort) || null;

/** The client, which has the higher port as a rule, first where the addresses do not say which is which. */
function flowEnds({ local, localPort, remote, remotePort, isEitherWay }: Ends) {
  const isTurned = isEitherWay && (height(localPort) - height(remotePort) || compare(remote, local)) < 0;
  const ends = [
    { address: local, port: localPort || null },
    { address: remote, port: remotePort || null },
  ] as const;
  const [first, second] = isTurned ? [ends[1], ends[0]] : ends;
  return {
    localAddress: first.address,
    localPort: first.port,
    remoteAddress: second.address,
    remotePort: second.port,
  };
}

/** Of earlier flows those of clients are not known. */
const height = (port: number): number => port || LARGEST_PORT + 1;

function pairEnds({ local, remote, isEitherWay }: Ends) {
  const isTurned = isEitherWay && compare(remote, local) < 0;
  return { localAddress: isTurned ? remote : local, remoteAddress: isTurned ? local : remote };
}

/** By number, IPv4 first. */
function compare(one: string, other: string): number {
  const [a, b] = [parseAddress(one) ?? [], parseAddress(other) ?? []];
  for (const index of [0, 1, 2, 3]) {
    const less = (a[index] ?? 0) - (b[index] ?? 0);
    if (less !== 0) return less;
  }
  return 0;
}

/** The same for the same group. */
export const nameOfGroup = (key: GroupKey | null): string =>
  key === null ? '' : Object.values(key).join(' ');
