import { RateClock } from '../../machine/rate-clock.ts';
import type { ServiceCount, ServiceKey } from '../records/service-record.ts';

/** Answers of one process at one port. Times are monotonic, ns. */
export interface Service extends ServiceKey {
  id: string;
  counted: ServiceCount;
  /** 0 until rates are known. */
  perSecond: number;
  /** When its count was last seen to grow. */
  atNs: number;
}

type Baseline = Map<string, ServiceCount>;

/** Answers from look to look: their rates, and their totals from a moment on. */
export class ServiceLedger {
  /** Of all services; null: not known yet. */
  perSecond: number | null = null;
  readonly clock = new RateClock();
  private readonly services = new Map<string, Service>();
  private base: Baseline = new Map();
  private baseBefore: Baseline = this.base;

  /** Nobody looked for a while: there is no rate over that time. */
  restart(atNs: number): void {
    this.clock.restart(atNs);
  }

  resetTotals(): void {
    this.baseBefore = this.base;
    this.base = new Map([...this.services.values()].map(({ id, counted }) => [id, counted]));
  }

  /** Totals as before the last reset, with what came since. */
  restoreTotals(): void {
    this.base = this.baseBefore;
  }

  tick(
    atNs: number,
    enough: number,
    sweep: (visit: (key: ServiceKey, count: ServiceCount) => void) => void,
  ): void {
    const { clock, services } = this;
    clock.look(atNs, enough);
    let sum = 0;
    sweep((key, counted) => {
      const id = `${key.pid}:${key.port}`;
      const known = services.get(id);
      const more = counted.answers - (known?.counted.answers ?? 0);
      const perSecond = clock.rate(more, known?.perSecond ?? 0);
      sum += perSecond;
      services.set(id, { ...key, id, counted, perSecond, atNs: more > 0 ? atNs : (known?.atNs ?? atNs) });
    });
    this.perSecond = clock.isKnown ? sum : null;
  }

  /** Those that answered since the totals began. */
  rows(): Service[] {
    return [...this.services.values()].map((service) => this.since(service)).filter(hasAnswers);
  }

  get(id: string): Service | undefined {
    const service = this.services.get(id);
    return service && [this.since(service)].find(hasAnswers);
  }

  get size(): number {
    return this.services.size;
  }

  /** Those that answered longest ago, down to `most`; they are no longer there. */
  takeOldest(most: number): Service[] {
    const oldest = [...this.services.values()].sort((a, b) => a.atNs - b.atNs);
    const gone = oldest.slice(0, Math.max(0, oldest.length - most));
    for (const { id } of gone)
      for (const known of [this.services, this.base, this.baseBefore]) known.delete(id);
    return gone;
  }

  private since(service: Service): Service {
    const before = this.base.get(service.id);
    if (!before) return service;
    const { answers, totalNs, cookie, slots } = service.counted;
    const counted = {
      answers: answers - before.answers,
      totalNs: totalNs - before.totalNs,
      cookie,
      slots: slots.map((count, slot) => count - (before.slots[slot] ?? 0)),
    };
    return { ...service, counted };
  }
}

const hasAnswers = ({ counted }: Service): boolean => counted.answers > 0;
