import { STATUS } from '../../abi/packet.ts';
import type { PacketEvent } from '../../capture/records/packet-event.ts';
import { PROTOCOLS, TCP_FLAGS } from '../../filter/words.ts';
import type { Hop, Inspection, PacketRow } from '../../model/model.ts';
import { sameWords } from './packet-subject.ts';
import type { Packets } from './packets.ts';

/** How far back a flow's first packet is looked for. */
const SOUGHT = 30_000;

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
  const from = Math.max(packets.start, packets.end - SOUGHT);
  for (let number = from; number < packets.end; number++) {
    const other = packets.get(number);
    if (other.protocol !== event.protocol || other.status & STATUS.socket) continue;
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
