import type { Chain } from '../../capture/records/chain.ts';
import type { PacketEvent } from '../../capture/records/packet-event.ts';
import { headers } from '../../capture/records/packet-headers.ts';
import type { DropNames } from '../../machine/machine.ts';
import type { Hook, PacketRow } from '../../model/model.ts';
import { netfilter } from './netfilter.ts';

/** What a packet's row needs that its event does not carry. */
export interface Names extends DropNames {
  /** Wall clock at monotonic time 0, microseconds since the epoch. */
  epochUs: number;
  /** The function with that number in its events, and how it is watched. */
  point(number: number): { function: string; hook: Hook };
  /** "#12" for an interface of another network namespace. */
  interface(index: number, netns: number): string;
  /** The owner's name; null when its process is not known. */
  process(pid: number, cookie: number): string | null;
  /** Of a network namespace; null where it has none. */
  netns(inode: number): string | null;
  /** Of a process that was running; null when it is gone. */
  running(pid: number): string | null;
  /** Of netfilter, by its address; null where it is not known. */
  chain(address: bigint): Chain | null;
  /** The call stack with that number, from the function of that name on; null where there is none. */
  stack(number: number, name: string): string[] | null;
}

/** As in packet-event.ts: a row has all members from the start. */
const EMPTY: PacketRow = {
  key: '',
  timeUs: 0,
  function: '',
  hook: 'tracepoint',
  protocol: '',
  source: '',
  destination: '',
  sourcePort: null,
  destinationPort: null,
  sequence: null,
  acknowledgment: null,
  flags: [],
  length: 0,
  interface: '',
  netns: null,
  netnsName: null,
  cpu: 0,
  pid: null,
  process: null,
  currentPid: 0,
  currentProcess: null,
  skb: '',
  packet: '',
  hop: 0,
  deltaUs: null,
  mark: 0,
  destinationMac: null,
  vlan: null,
  icmp: null,
  inner: null,
  headers: 'complete',
  reason: null,
  place: null,
  netfilter: null,
  stack: null,
};

export function packetRow(number: number, event: PacketEvent, names: Names): PacketRow {
  const point = names.point(event.point);
  return {
    ...EMPTY,
    key: String(number),
    timeUs: Math.floor(names.epochUs + event.atNs / 1000),
    function: point.function,
    hook: point.hook,
    ...headers(event),
    ...identity(event),
    interface: names.interface(event.interface, event.netns),
    netns: event.netns || null,
    netnsName: names.netns(event.netns),
    cpu: event.cpu,
    pid: event.pid || null,
    process: event.pid ? names.process(event.pid, event.cookie) : null,
    currentPid: event.currentPid,
    currentProcess: event.currentPid ? names.running(event.currentPid) : null,
    mark: event.mark,
    ...drop(point.function, event, names),
    netfilter: netfilter(event, names.chain),
    stack: names.stack(event.stack, point.function),
  };
}

/** consume_skb has a caller too, but lost nothing. */
function drop(name: string, event: PacketEvent, names: Names) {
  const dropped = name === 'kfree_skb';
  return {
    reason: dropped ? names.reason(event.reason) : null,
    place: dropped ? names.place(event.place) : null,
  };
}

/** Which packet it is, and where on its way. */
function identity(event: PacketEvent) {
  return {
    skb: event.skb === 0n ? '' : event.skb.toString(16),
    packet: event.packet === 0n ? '' : event.packet.toString(16),
    hop: event.hop,
    deltaUs: event.sinceNs === 0 ? null : event.sinceNs / 1000,
  };
}
