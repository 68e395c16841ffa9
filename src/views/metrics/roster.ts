import { OTHER } from '../../model/metrics/metric.ts';

/** What was not seen for so long has no series of its own any more. */
const KEPT_NS = 60e9;
/** So often those that move more take the places of those that move less. */
const PERIOD_NS = 60e9;
/** Names without a place of which it is known how much they move. */
const MOST_CANDIDATES = 1024;
/** So many times as much has to be moved: places that go to and fro would make a new series each time. */
const MARGIN = 2;

interface Place {
  /** Moved in this period. */
  weight: number;
  seenNs: number;
}

/** Which names have series of their own: the first ones while there is room, then those that move most. */
export class Roster {
  private readonly places = new Map<string, Place>();
  private readonly candidates = new Map<string, number>();
  private nowNs = 0;
  private sinceNs = 0;

  /** `leave`: a name has no place any more. */
  constructor(
    private readonly most: number,
    private readonly leave: (name: string) => void,
  ) {}

  /** The name where it has a place, else `other`. `weight`: what it moved just now. */
  label(name: string, weight = 0): string {
    if (name === OTHER) return OTHER;
    const place = this.places.get(name);
    if (place) {
      place.weight += weight;
      place.seenNs = this.nowNs;
      return name;
    }
    if (this.places.size < this.most) {
      this.places.set(name, { weight, seenNs: this.nowNs });
      return name;
    }
    const before = this.candidates.get(name);
    if (before !== undefined || this.candidates.size < MOST_CANDIDATES)
      this.candidates.set(name, (before ?? 0) + weight);
    return OTHER;
  }

  /** It is there, whether it moves something or not. */
  keep(name: string): void {
    const place = this.places.get(name);
    if (place) place.seenNs = this.nowNs;
  }

  /** Before a tick's names are asked for. */
  tick(nowNs: number): void {
    this.nowNs = nowNs;
    for (const [name, { seenNs }] of this.places) if (nowNs - seenNs > KEPT_NS) this.remove(name);
    if (nowNs - this.sinceNs < PERIOD_NS) return;
    this.sinceNs = nowNs;
    this.trade();
    for (const place of this.places.values()) place.weight = 0;
    this.candidates.clear();
  }

  private trade(): void {
    const wanting = [...this.candidates].sort(([, one], [, other]) => other - one).slice(0, this.most);
    const least = [...this.places].sort(([, one], [, other]) => one.weight - other.weight);
    for (const [name, weight] of wanting) {
      if (this.places.size >= this.most) {
        const [loser, place] = least.shift() ?? [];
        if (loser === undefined || !place || weight <= MARGIN * place.weight) return;
        this.remove(loser);
      }
      this.places.set(name, { weight: 0, seenNs: this.nowNs });
    }
  }

  private remove(name: string): void {
    this.places.delete(name);
    this.leave(name);
  }
}
