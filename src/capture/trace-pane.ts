import type { Btf } from '../../native/btf.ts';
import type { Expression } from '../filter/ast.ts';
import { evaluate } from '../filter/evaluate.ts';
import type { Inspection, PacketRow } from '../model.ts';
import type { View, ViewQuestion } from '../question.ts';
import { inspectPacket } from './inspect-packet.ts';
import { type Names, packetRow } from './packet-rows.ts';
import { type Ends, isBetween, PacketSubject } from './packet-subject.ts';
import type { Packets } from './packets.ts';
import { TraceIndex } from './trace-index.ts';
import { view } from './window.ts';

/** A packet's path is complete after that time. */
const SETTLED_NS = 1e9;

/** Packets looked through for those of one connection. */
const NEWEST = 20_000;

/** The trace pane over the packets that are kept. */
export class TracePane {
  private expression: Expression | null = null;
  private readonly index: TraceIndex;
  private readonly subject: PacketSubject;
  /** Number of the first packet shown, while the pane does not follow the live end. */
  private firstNumber: number | null = null;

  private inspected: { key: string; inspection: Inspection; settledNs: number } | null = null;

  constructor(
    private readonly packets: Packets,
    private readonly names: Names,
    btf: Btf,
  ) {
    this.subject = new PacketSubject(btf, packets.view, names);
    this.index = new TraceIndex(packets, (number) => this.matches(number));
  }

  setFilter(expression: Expression | null): void {
    this.expression = expression;
    this.firstNumber = null;
    this.index.reset((number) => this.matches(number));
  }

  /** The newest packet was added; `known` as in TraceIndex.offer. */
  offer(known: boolean): void {
    this.index.offer(this.packets.end - 1, known);
  }

  tend(): void {
    this.index.tend();
  }

  matches(number: number): boolean {
    const { expression, packets, subject } = this;
    return expression === null || evaluate(expression, subject.at(packets.offset(number))) !== false;
  }

  row(number: number): PacketRow {
    return packetRow(number, this.packets.get(number), this.names);
  }

  view(question: ViewQuestion): View<PacketRow> {
    const { index } = this;
    this.tend();
    if (question.cursor === null) this.firstNumber = null;
    const before = this.firstNumber === null ? null : index.find(this.firstNumber);
    const answer = view<PacketRow>(
      {
        size: index.size,
        find: (key) => {
          const place = index.find(Number(key));
          return place < index.size && index.at(place) === Number(key) ? place : null;
        },
        rows: (first, count) => Array.from({ length: count }, (_, i) => this.row(index.at(first + i))),
      },
      question,
      before,
    );
    if (question.cursor !== null && index.size > 0) this.firstNumber = index.at(answer.first);
    return answer;
  }

  /** Matching rows from packet `number` on, at most `limit`; `next` is where to go on. */
  rowsFrom(number: number, limit: number): { rows: PacketRow[]; next: number } {
    const { index } = this;
    this.tend();
    const place = index.find(number);
    const count = Math.min(limit, index.size - place);
    const rows = Array.from({ length: count }, (_, i) => this.row(index.at(place + i)));
    const next = count < limit ? this.packets.end : index.at(place + count - 1) + 1;
    return { rows, next };
  }

  /** The newest packets between a socket's two ends, in order, at most `limit`. */
  between(socket: Ends, limit: number): PacketRow[] {
    const { packets, subject } = this;
    const found: number[] = [];
    const last = Math.max(packets.start, packets.end - NEWEST);
    for (let number = packets.end - 1; number >= last && found.length < limit; number--) {
      if (isBetween(socket, subject.at(packets.offset(number)))) found.push(number);
    }
    return found.reverse().map((number) => this.row(number));
  }

  /** Looked for again only while the packet may still be on its way. */
  inspect(key: string, nowNs: number): Inspection | null {
    if (this.inspected?.key === key && nowNs > this.inspected.settledNs) return this.inspected.inspection;
    const number = Number(key);
    if (number < this.packets.start || number >= this.packets.end) return null;
    const inspection = inspectPacket(this.packets, number, (at) => this.row(at));
    this.inspected = { key, inspection, settledNs: this.packets.get(number).atNs + SETTLED_NS };
    return inspection;
  }
}
