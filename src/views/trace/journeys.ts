import { codecOf, type Layouts } from '../../abi/layout.ts';
import { PACKET_EVENT } from '../../abi/packet.ts';
import type { JourneyRow } from '../../model/model.ts';
import type { View, ViewQuestion } from '../../model/question.ts';
import { JourneyIndex, NONE } from './journey-index.ts';
import { journeyRow, type Step, type Summary, summarize } from './journey-rows.ts';
import { LiveWindow } from './live-window.ts';
import type { Packets } from './packets.ts';
import { TraceIndex } from './trace-index.ts';

/** Events of one packet that are looked at: one that goes round and round would hold up all others. */
const MOST_EVENTS = 500;
const MOST_SUMMARIES = 1000;

/** The kept events by packet, in the order of their first events: what the trace shows while it is grouped. */
export class Journeys {
  private readonly index: JourneyIndex;
  /** First events of the packets of which any event matches the filter. */
  private readonly shown: TraceIndex;
  private readonly window: LiveWindow<JourneyRow>;
  /** Of rows that were on screen, with the last event that is in each. */
  private summaries = new Map<number, { last: number; summary: Summary }>();
  private nowNs = 0;

  constructor(
    private readonly packets: Packets,
    btf: Layouts,
    private readonly matches: (number: number) => boolean,
    private readonly step: (number: number) => Step,
  ) {
    this.index = new JourneyIndex(packets, codecOf(btf, PACKET_EVENT).at.packet);
    this.shown = new TraceIndex(packets, (number) => this.isShown(number));
    this.shown.reset((number) => this.isShown(number));
    const numberOf = (key: string) => this.firstOf(Number(key));
    this.window = new LiveWindow(this.shown, (number) => this.row(number), numberOf);
  }

  /** Another filter is in force. */
  reset(): void {
    this.window.follow();
    this.shown.reset((number) => this.isShown(number));
  }

  /** The newest packet was added; `known` as in TraceIndex.offer. */
  offer(number: number, known: boolean): void {
    const first = this.index.add(number);
    if (first === NONE) return;
    if (first === number) this.shown.offer(number, known);
    else this.shown.include(first, () => known || this.matches(number));
  }

  view(question: ViewQuestion, nowNs: number): View<JourneyRow> {
    this.nowNs = nowNs;
    if (this.summaries.size > MOST_SUMMARIES) this.summaries.clear();
    return this.window.view(question);
  }

  private isShown(number: number): boolean {
    return this.index.firstOf(number) === number && this.events(number).some(this.matches);
  }

  private row(first: number): JourneyRow {
    const last = this.index.lastOf(first);
    const known = this.summaries.get(first);
    if (known?.last === last) return journeyRow(known.summary, this.nowNs);
    const steps = inOrder(this.events(first).map(this.step));
    const summary = summarize(String(first), steps, {
      functions: this.index.countOf(first),
      keptSinceNs: this.packets.keptSinceNs(),
    });
    this.summaries.set(first, { last, summary });
    return journeyRow(summary, this.nowNs);
  }

  private events(first: number): number[] {
    const events: number[] = [];
    let number: number | null = first;
    while (number !== null && events.length < MOST_EVENTS) {
      events.push(number);
      number = this.index.nextOf(number);
    }
    return events;
  }

  private firstOf(number: number): number {
    const { start, end } = this.packets;
    return number >= start && number < end ? this.index.firstOf(number) : NONE;
  }
}

/** CPUs write into one ring: its order is that of time only nearly. */
export function inOrder(steps: Step[]): Step[] {
  return steps.sort((a, b) => a.atNs - b.atNs);
}
