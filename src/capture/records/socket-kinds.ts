import { FRAMES_SOCKET, RAW_SOCKET } from '../../abi/socket.ts';
import { PROTOCOLS } from '../../filter/words.ts';

export const TCP = 6;
const MPTCP = 262;
const NAMES = new Map<number, string>([
  [33, 'dccp'],
  [132, 'sctp'],
  [136, 'udplite'],
  [MPTCP, 'mptcp'],
  ...Object.entries(PROTOCOLS).map(([name, number]) => [number, name] as const),
]);

/** Whether it is told by more than an IP protocol. */
export const isSpecial = (kind: number): boolean => kind >= RAW_SOCKET;

/** The IP protocol of its packets; null: it is a packet socket. */
export function ipProtocol(kind: number): number | null {
  if (kind === FRAMES_SOCKET) return null;
  return kind === MPTCP ? PROTOCOLS.tcp : kind & ~RAW_SOCKET;
}

/** Its protocol as ss calls it, such as udp, raw or packet. */
export function kindName(kind: number): string {
  if (kind === FRAMES_SOCKET) return 'packet';
  return kind >= RAW_SOCKET ? 'raw' : (NAMES.get(kind) ?? String(kind));
}
