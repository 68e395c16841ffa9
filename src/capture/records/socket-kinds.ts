import { PROTOCOLS } from '../../filter/words.ts';

/** In place of a protocol, as enum socket_kind (bpf/abi/socket.h): of raw sockets or-ed to it. */
const RAW = 0x8000;
export const PACKET = 0xffff;
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
export const isSpecial = (kind: number): boolean => kind >= RAW;

/** The IP protocol of its packets; null: it is a packet socket. */
export function ipProtocol(kind: number): number | null {
  if (kind === PACKET) return null;
  return kind === MPTCP ? PROTOCOLS.tcp : kind & ~RAW;
}

/** Its protocol as ss calls it, such as udp, raw or packet. */
export function kindName(kind: number): string {
  if (kind === PACKET) return 'packet';
  return kind >= RAW ? 'raw' : (NAMES.get(kind) ?? String(kind));
}
