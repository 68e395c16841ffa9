import { PROTOCOLS, TCP_FLAGS } from '../filter/words.ts';
import type { Hop, Inspection, PacketRow } from '../model.ts';
import { type PacketEvent, SOCKET } from './packet-event.ts';
import { sameWords } from './packet-subject.ts';
import type { Packets } from './packets.ts';
import { FIXED } from './points.ts';

/** How far a packet's other functions, and its flow's first packet, are looked for. */
const NEIGHBOURS = 10_000;
/** An sk_buff's address is used again; a packet that long ago was another one. */
const JOURNEY_NS = 2e9;
/** Where an sk_buff's life ends; what follows at its address is another packet. */
const FREES = ['kfree_skb', 'consume_skb'];

/** A packet's inspector: its path, and numbers relative to its flow. */
export function inspectPacket(packets: Packets, number: number, row: PacketRow, hops: Hop[]): Inspection {
  const event = packets.get(number);
  const isTcp = event.protocol === PROTOCOLS.tcp && row.sequence !== null;
  const bases = isTcp ? findBases(packets, event) : null;
  const { syn, fin } = TCP_FLAGS;
  const advance = event.payload + (event.tcpFlags & syn ? 1 : 0) + (event.tcpFlags & fin ? 1 : 0);
  return {
    pane: 'trace',
    row,
    relativeSequence: bases ? (event.sequence - bases.sequence) >>> 0 : null,
    relativeAcknowledgment:
      bases && event.tcpFlags & TCP_FLAGS.ack ? (event.acknowledgment - bases.acknowledgment) >>> 0 : null,
    nextSequence: isTcp ? (event.sequence + advance) >>> 0 : null,
    payload: isTcp ? event.payload : null,
    hops,
  };
}

/** The first sequence numbers seen of both directions; 0 is the SYN where it was seen. */
function findBases(packets: Packets, event: PacketEvent): { sequence: number; acknowledgment: number } {
  let sequence: number | undefined;
  let acknowledgment: number | undefined;
  const from = Math.max(packets.start, packets.end - 3 * NEIGHBOURS);
  for (let number = from; number < packets.end; number++) {
    const other = packets.get(number);
    if (other.protocol !== event.protocol || other.status & SOCKET) continue;
    if (sequence === undefined && sameFlow(event, other)) sequence = other.sequence;
    if (acknowledgment === undefined && oppositeFlow(event, other)) acknowledgment = other.sequence;
    if (sequence !== undefined && acknowledgment !== undefined) break;
  }
  return { sequence: sequence ?? event.sequence, acknowledgment: acknowledgment ?? event.acknowledgment };
}

function sameFlow(a: PacketEvent, b: PacketEvent): boolean {
  return (
    a.sourcePort === b.sourcePort &&
    a.destinationPort === b.destinationPort &&
    sameWords(a.source, b.source) &&
    sameWords(a.destination, b.destination)
  );
}

function oppositeFlow(a: PacketEvent, b: PacketEvent): boolean {
  return (
    a.sourcePort === b.destinationPort &&
    a.destinationPort === b.sourcePort &&
    sameWords(a.source, b.destination) &&
    sameWords(a.destination, b.source)
  );
}

function samePacket(a: PacketEvent, b: PacketEvent): boolean {
  return (
    a.skb !== 0n &&
    a.skb === b.skb &&
    a.netns === b.netns &&
    a.protocol === b.protocol &&
    a.sequence === b.sequence &&
    a.acknowledgment === b.acknowledgment &&
    sameFlow(a, b) &&
    Math.abs(a.atNs - b.atNs) < JOURNEY_NS
  );
}

/** Events of the same packet where the kernel's programs told no identity. */
export function eventsInSkb(packets: Packets, number: number): number[] {
  const event = packets.get(number);
  let found: number[] = [];
  const from = Math.max(packets.start, number - NEIGHBOURS);
  const to = Math.min(packets.end, number + NEIGHBOURS);
  for (let at = from; at < to; at++) {
    const other = packets.get(at);
    if (at !== number && !samePacket(event, other)) continue;
    found.push(at);
    if (!FREES.includes(FIXED[other.point] ?? '')) continue;
    if (at >= number) break;
    found = [];
  }
  return found;
}
