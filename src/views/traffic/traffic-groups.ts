import type { Counted } from '../../capture/ledger/traffic-count.ts';
import type { WireOwner } from '../../capture/records/wire-record.ts';
import type { RateClock } from '../../machine/rate-clock.ts';
import type { GroupKey } from './traffic-keys.ts';
import type { TrafficWindow } from './traffic-window.ts';

/** Seconds that the longer rates are over. */
const SHORT = 10;
const LONG = 40;

/** What was put together, and what it moved: totals in packets and bytes, rates in bytes per second. */
export class Group {
  rxPackets = 0;
  rxBytes = 0;
  txPackets = 0;
  txBytes = 0;
  flows = 0;
  /** What is in it, flows or not. */
  members = 0;
  owner: WireOwner | null = null;
  isForwarded = false;
  rxRate = 0;
  txRate = 0;
  /** Packets per second. */
  rxPacketRate = 0;
  txPacketRate = 0;
  rx10 = 0;
  tx10 = 0;
  rx40 = 0;
  tx40 = 0;
  peak = 0;
  /** Over the last tick, in bytes, and in packets. */
  movedRx = 0;
  movedTx = 0;
  movedRxPackets = 0;
  movedTxPackets = 0;

  constructor(
    readonly id: string,
    readonly key: GroupKey | null,
  ) {}

  get rate(): number {
    return this.rxRate + this.txRate;
  }

  clear(): void {
    this.rxPackets = this.rxBytes = this.txPackets = this.txBytes = 0;
    this.flows = this.members = this.movedRx = this.movedTx = 0;
    this.movedRxPackets = this.movedTxPackets = 0;
    this.rx10 = this.tx10 = this.rx40 = this.tx40 = 0;
  }

  add(counted: Counted): void {
    const { rxPackets, rxBytes, txPackets, txBytes } = counted.total;
    this.rxPackets += rxPackets;
    this.rxBytes += rxBytes;
    this.txPackets += txPackets;
    this.txBytes += txBytes;
    this.movedRx += counted.movedRx;
    this.movedTx += counted.movedTx;
    this.movedRxPackets += counted.movedRxPackets;
    this.movedTxPackets += counted.movedTxPackets;
    this.members++;
    if (counted.flow !== null) this.flows++;
  }

  setRates(clock: RateClock): void {
    this.rxRate = clock.rate(this.movedRx, this.rxRate);
    this.txRate = clock.rate(this.movedTx, this.txRate);
    this.rxPacketRate = clock.rate(this.movedRxPackets, this.rxPacketRate);
    this.txPacketRate = clock.rate(this.movedTxPackets, this.txPacketRate);
    if (clock.isKnown) this.peak = Math.max(this.peak, this.rate);
  }
}

/** Which group something is in; null: the filter does not let it through. */
export type Choose = (counted: Counted) => Group | null;

/** Groups of all that is counted. Made anew where the way to put it together, the filter or the ends' addresses change. */
export class TrafficGroups {
  readonly groups = new Map<string, Group>();
  /** Over how long the longer rates are; 0: it was not counted for so long. */
  shortSeconds = 0;
  longSeconds = 0;
  /** Bytes per second of the busiest group. */
  busiest = 0;
  private readonly places = new Map<Counted, Group | null>();

  /** Those with packets since totals were reset. */
  list(): Group[] {
    return [...this.groups.values()].filter(({ rxPackets, txPackets }) => rxPackets + txPackets > 0);
  }

  /** Everything belongs elsewhere from now on. */
  forget(): void {
    this.groups.clear();
    this.places.clear();
  }

  /** Something belongs to another group, as more is known of it. */
  forgetOne(counted: Counted): void {
    this.places.delete(counted);
  }

  /** Sums up. `isTick`: rates go on; otherwise those of the last tick are told again. */
  sum(all: Iterable<Counted>, choose: Choose, clock: RateClock, isTick: boolean): void {
    for (const group of this.groups.values()) group.clear();
    let count = 0;
    for (const counted of all) {
      count++;
      let group = this.places.get(counted);
      if (group === undefined) {
        group = choose(counted);
        this.places.set(counted, group);
      }
      group?.add(counted);
    }
    if (this.places.size > count) this.leaveOutSettled();
    for (const group of this.groups.values()) if (isTick || group.peak === 0) group.setRates(clock);
    for (const [id, group] of this.groups) if (group.members === 0) this.groups.delete(id);
    this.busiest = this.list().reduce((most, { rate }) => Math.max(most, rate), 0);
  }

  private leaveOutSettled(): void {
    for (const counted of this.places.keys()) if (counted.into !== null) this.places.delete(counted);
  }

  /** The longer rates, of what is in a group still. */
  sumWindows(window: TrafficWindow): void {
    const groupOf = (counted: Counted) => this.places.get(counted.into ?? counted);
    this.shortSeconds = window.visit(SHORT, (counted, rx, tx) => {
      const group = groupOf(counted);
      if (!group) return;
      group.rx10 += rx;
      group.tx10 += tx;
    });
    this.longSeconds = window.visit(LONG, (counted, rx, tx) => {
      const group = groupOf(counted);
      if (!group) return;
      group.rx40 += rx;
      group.tx40 += tx;
    });
  }
}
