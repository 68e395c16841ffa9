import type { Layouts } from '../../abi/layout.ts';
import type { Expression } from '../../filter/ast.ts';
import { evaluate } from '../../filter/evaluate.ts';
import type { Inspection, JourneyRow, PacketRow } from '../../model/model.ts';
import type { View, ViewQuestion } from '../../model/question.ts';
import { inspectPacket } from './inspect-packet.ts';
import type { Step } from './journey-rows.ts';
import { Journeys } from './journeys.ts';
import { LiveWindow } from './live-window.ts';
import { type Names, packetRow } from './packet-rows.ts';
import { type Ends, isBetween, PacketSubject } from './packet-subject.ts';
import type { Packets } from './packets.ts';
import { Paths } from './paths.ts';
import { Recent } from './recent.ts';
import { TraceIndex } from './trace-index.ts';

/** A packet's path is complete after that time. */
const SETTLED_NS = 1e9;

/** Packets that may be on their way at one time. */
const CHOSEN = 20_000;

/** Packets looked through for those of one connection. */
const NEWEST = 20_000;

/** The trace pane over the packets that are kept. */
export class TracePane {
  private expression: Expression | null = null;
  private following = true;
  private readonly index: TraceIndex;
  private readonly subject: PacketSubject;
  private readonly window: LiveWindow<PacketRow>;
  private readonly paths: Paths;
  /** While the trace is grouped by packet. */
  private journeys: Journeys | null = null;
  private readonly chosen = new Recent<bigint>(CHOSEN);
  private inspected: { key: string; inspection: Inspection; settledNs: number } | null = null;

  constructor(
    private readonly packets: Packets,
    private readonly names: Names,
    private readonly btf: Layouts,
  ) {
    this.subject = new PacketSubject(btf, packets, names);
    this.index = new TraceIndex(packets, (number) => this.matches(number));
    this.window = new LiveWindow(this.index, (number) => this.row(number), Number);
    this.paths = new Paths(packets, btf, (number) => this.step(number));
  }

  /** `following`: a packet that matched once is shown to its end. */
  setFilter(expression: Expression | null, following = true): void {
    this.following = following;
    this.expression = expression;
    this.window.follow();
    this.chosen.clear();
    this.index.reset((number) => this.matches(number));
    this.journeys?.reset();
  }

  /** The newest packet was added; `known` as in TraceIndex.offer. */
  offer(known: boolean): void {
    const number = this.packets.end - 1;
    const shown = known || this.follows(number);
    this.index.offer(number, shown);
    this.journeys?.offer(number, shown);
  }

  tend(): void {
    this.index.tend();
  }

  /** Where the kernel's filter is wider than the user's: a packet that matched once is shown to its end. */
  private follows(number: number): boolean {
    if (this.expression === null) return true;
    if (!this.following) return false; // the index asks for a match itself
    const { packet } = this.packets.get(number);
    if (this.matches(number)) this.chosen.add(packet);
    return packet !== 0n && this.chosen.has(packet);
  }

  matches(number: number): boolean {
    const { expression, packets, subject } = this;
    return expression === null || evaluate(expression, subject.at(packets.open(number))) !== false;
  }

  row(number: number): PacketRow {
    return packetRow(number, this.packets.get(number), this.names);
  }

  private step(number: number): Step {
    return { row: this.row(number), atNs: this.packets.get(number).atNs };
  }

  view(question: ViewQuestion): View<PacketRow> {
    return this.window.view(question);
  }

  /** Groups the trace by packet, or no longer. */
  group(grouped: boolean): void {
    if (!grouped) this.journeys = null;
    else {
      const { packets, btf } = this;
      const matches = (number: number) => this.matches(number);
      this.journeys ??= new Journeys(packets, btf, matches, (number) => this.step(number));
    }
  }

  /** The packets, while they are grouped. */
  viewJourneys(question: ViewQuestion, nowNs: number): View<JourneyRow> | undefined {
    return this.journeys?.view(question, nowNs);
  }

  /** How many packets match from `number` on. */
  countFrom(number: number): number {
    this.tend();
    return this.index.size - this.index.find(number);
  }

  /** Matching rows from packet `number` on, at most `limit`; `next` is where to go on. */
  rowsFrom(number: number, limit: number): { rows: PacketRow[]; next: number } {
    const { numbers, next } = this.numbersFrom(number, limit);
    return { rows: numbers.map((one) => this.row(one)), next };
  }

  /** The same by their numbers. */
  numbersFrom(number: number, limit: number): { numbers: number[]; next: number } {
    const { index } = this;
    this.tend();
    const place = index.find(number);
    const count = Math.min(limit, index.size - place);
    const numbers = Array.from({ length: count }, (_, i) => index.at(place + i));
    const next = count < limit ? this.packets.end : (numbers.at(-1) as number) + 1;
    return { numbers, next };
  }

  /** The newest packets between a socket's two ends, in order, at most `limit`. */
  between(socket: Ends, limit: number): PacketRow[] {
    const { packets, subject } = this;
    const found: number[] = [];
    const last = Math.max(packets.start, packets.end - NEWEST);
    for (let number = packets.end - 1; number >= last && found.length < limit; number--) {
      if (isBetween(socket, subject.at(packets.open(number)))) found.push(number);
    }
    return found.reverse().map((number) => this.row(number));
  }

  /** Looked for again only while the packet may still be on its way. */
  inspect(key: string, nowNs: number): Inspection | null {
    if (this.inspected?.key === key && nowNs > this.inspected.settledNs) return this.inspected.inspection;
    const number = Number(key);
    if (number < this.packets.start || number >= this.packets.end) return null;
    const inspection = inspectPacket(this.packets, number, this.row(number), this.paths.hops(number));
    this.inspected = { key, inspection, settledNs: this.packets.get(number).atNs + SETTLED_NS };
    return inspection;
  }

  inspectJourney(key: string, nowNs: number): Inspection | null {
    const journey = this.paths.opened(key, nowNs);
    return journey && { pane: 'journeys', ...journey };
  }

  /** `mark` is an event of the packet that others are compared with: its path is kept from now on. */
  setMark(mark: string | null, nowNs: number): void {
    this.paths.marked(mark, nowNs);
  }

  compare(mark: string | null, key: string, nowNs: number): Inspection | null {
    const marked = this.paths.marked(mark, nowNs);
    const other = this.paths.opened(key, nowNs);
    return marked && other && { pane: 'comparison', key, marked, other };
  }
}
