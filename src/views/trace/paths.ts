import { codecOf, type Layouts } from '../../abi/layout.ts';
import { PACKET_EVENT } from '../../abi/packet.ts';
import type { Hop, Journey } from '../../model/model.ts';
import { hopsOf, journeyRow, type Step, summarize } from './journey-rows.ts';
import { inOrder } from './journeys.ts';
import type { Packets } from './packets.ts';

/** Functions of one packet that are shown. */
const MOST_HOPS = 500;
/** So long after its last event a packet's path is taken as complete. */
const SETTLED_NS = 1e9;

interface Found {
  journey: Journey;
  /** Its last event. */
  lastNs: number;
}

/** The whole paths of single packets, and the one that the user marked for comparison. */
export class Paths {
  private readonly at: number;
  private readonly open = new KeptPath((key, nowNs) => this.find(key, nowNs));
  private readonly mark = new KeptPath((key, nowNs) => this.find(key, nowNs));

  constructor(
    private readonly packets: Packets,
    btf: Layouts,
    private readonly step: (number: number) => Step,
  ) {
    this.at = codecOf(btf, PACKET_EVENT).at.packet;
  }

  /** The path that is looked at, by one of its events. */
  opened(key: string, nowNs: number): Journey | null {
    return this.open.look(key, nowNs);
  }

  /** The marked packet's path; call it also now and then while nobody looks. */
  marked(key: string | null, nowNs: number): Journey | null {
    return this.mark.look(key, nowNs);
  }

  /** null when the event is no longer kept. */
  private find(key: string, nowNs: number): Found | null {
    const number = Number(key);
    if (!(number >= this.packets.start && number < this.packets.end)) return null;
    const events = this.eventsOf(number);
    const keptSinceNs = this.packets.keptSinceNs();
    const steps = this.steps(events);
    const summary = summarize(key, steps, { functions: events.length, keptSinceNs });
    return {
      journey: { row: journeyRow(summary, nowNs), hops: hopsOf(steps, keptSinceNs) },
      lastNs: summary.lastNs,
    };
  }

  hops(number: number): Hop[] {
    return hopsOf(this.steps(this.eventsOf(number)), this.packets.keptSinceNs());
  }

  private steps(events: number[]): Step[] {
    return inOrder(events.slice(0, MOST_HOPS).map(this.step));
  }

  /** The kept events of the same packet, in the order of the ring. */
  private eventsOf(number: number): number[] {
    const { packets, at } = this;
    const [lower, upper] = [packets.word(number, at), packets.word(number, at + 4)];
    if (lower === 0 && upper === 0) return [number]; // not known: it stands alone
    const found: number[] = [];
    for (let other = packets.start; other < packets.end; other++)
      if (packets.word(other, at) === lower && packets.word(other, at + 4) === upper) found.push(other);
    return found;
  }
}

/** A path as it was when most of it was seen: its events may be overwritten while the user looks at it. */
class KeptPath {
  private key: string | null = null;
  private kept: Found | null = null;
  private soughtNs = 0;

  constructor(private readonly find: (key: string, nowNs: number) => Found | null) {}

  look(key: string | null, nowNs: number): Journey | null {
    if (key !== this.key) this.kept = null;
    this.key = key;
    const isComplete = this.kept !== null && this.soughtNs > this.kept.lastNs + SETTLED_NS;
    if (key === null || isComplete) return this.kept?.journey ?? null;
    this.soughtNs = nowNs;
    const found = this.find(key, nowNs);
    const seen = this.kept?.journey.hops.length ?? 0;
    if (found !== null && found.journey.hops.length >= seen) this.kept = found;
    return this.kept?.journey ?? null;
  }
}
