import type { Counted } from '../../capture/ledger/traffic-count.ts';
import { TrafficLedger } from '../../capture/ledger/traffic-ledger.ts';
import { asksFor } from '../../filter/asks.ts';
import type { Expression } from '../../filter/ast.ts';
import { matchesEitherWay } from '../../filter/evaluate.ts';
import type { Machine } from '../../machine/machine.ts';
import { RateClock } from '../../machine/rate-clock.ts';
import { USUAL_PREFIXES } from '../../model/network.ts';
import type { Inspection } from '../../model/panes.ts';
import {
  TRAFFIC_GROUPINGS,
  type TrafficGrouping,
  type TrafficQuestion,
  type TrafficRow,
  type TrafficView,
} from '../../panes/traffic/row.ts';
import { Table } from '../list/table.ts';
import { Sides } from './sides.ts';
import type { TrafficFeed } from './traffic-feed.ts';
import { Group, TrafficGroups } from './traffic-groups.ts';
import { groupKeyOf, nameOfGroup } from './traffic-keys.ts';
import { sortTraffic } from './traffic-order.ts';
import { type TrafficNames, trafficRow } from './traffic-rows.ts';
import { trafficSubject } from './traffic-subject.ts';
import { TrafficWindow } from './traffic-window.ts';

const NO_QUESTION: TrafficQuestion = { sort: 'rate', descending: true, rows: 0, cursor: null };

/** Traffic from the moment when somebody looks; its counts stay while nobody does. */
export class TrafficPane {
  private readonly sides: Sides;
  private readonly ledger: TrafficLedger;
  private readonly window: TrafficWindow;
  private readonly clock = new RateClock();
  private readonly groups = new TrafficGroups();
  private readonly table: Table<Group, TrafficRow>;
  private asked = NO_QUESTION;
  private expression: Expression | null = null;
  private isShown = true;
  private isSummed = false;
  /** What the groups were made by. */
  private made = '';
  /** Those with an owner when they were put into a group. */
  private owned = new WeakSet<Counted>();

  constructor(
    private readonly feed: TrafficFeed,
    private readonly names: TrafficNames,
    private readonly machine: Pick<Machine, 'ownSide' | 'ownNetns' | 'nowNs'>,
  ) {
    this.sides = new Sides(machine);
    this.ledger = new TrafficLedger(feed, (flow) => this.sides.isNearOwn(flow));
    this.window = new TrafficWindow(machine.nowNs());
    feed.watch(machine.ownNetns());
    this.table = new Table(
      ({ id }) => id,
      (group) => this.row(group),
    );
    this.restart();
  }

  setFilter(expression: Expression | null): void {
    this.expression = expression;
    this.feed.watch(this.asksForNetns ? 0 : this.machine.ownNetns());
    this.made = '';
    this.isSummed = false;
  }

  show(isShown: boolean): void {
    if (isShown === this.isShown) return;
    this.isShown = isShown;
    if (!isShown) {
      this.feed.pause();
      return;
    }
    this.restart();
    this.window.restart(this.machine.nowNs());
    this.feed.start();
  }

  resetTotals(): void {
    this.ledger.reset();
    this.isSummed = false;
  }

  restoreTotals(): void {
    this.ledger.restore();
    this.isSummed = false;
  }

  /** What has less than `enough` seconds has no rate. */
  tick(nowNs: number, enough: number): void {
    if (!this.isShown) return;
    this.clock.look(nowNs, enough);
    this.sides.refresh(nowNs);
    this.ledger.tick(nowNs);
    this.window.take(nowNs, this.ledger.all());
    this.sum(true);
  }

  view(question: TrafficQuestion): TrafficView {
    this.asked = question;
    if (!this.isSummed || this.made !== this.makes()) this.sum(false);
    const groups = this.groups.list();
    const { isKnown } = this.clock;
    const rate = (way: 'rxRate' | 'txRate') => groups.reduce((sum, group) => sum + group[way], 0);
    return {
      ...this.table.view(question, (sort, descending) => sortTraffic(groups, sort, descending)),
      group: this.by,
      rxRate: isKnown ? rate('rxRate') : null,
      txRate: isKnown ? rate('txRate') : null,
      notCounted: this.feed.skipped(),
    };
  }

  inspect(key: string): Inspection | null {
    const group = this.groups.groups.get(key);
    return group ? { pane: 'traffic', row: this.row(group) } : null;
  }

  stop(): void {
    this.feed.stop();
  }

  /** What was counted before nobody looked, or was recorded before somebody does, has no rate. */
  private restart(): void {
    const nowNs = this.machine.nowNs();
    this.clock.restart(nowNs);
    this.ledger.tick(nowNs);
  }

  private get by(): TrafficGrouping {
    const { group } = this.asked;
    return TRAFFIC_GROUPINGS.find((name) => name === group) ?? TRAFFIC_GROUPINGS[0];
  }

  private makes(): string {
    const { ip, ip6 } = this.asked.prefixes ?? USUAL_PREFIXES;
    return [this.by, ip, ip6, this.sides.version].join(' ');
  }

  private sum(isTick: boolean): void {
    const { groups, clock } = this;
    if (this.made !== this.makes()) {
      groups.forget();
      this.owned = new WeakSet();
    }
    for (const counted of this.ledger.all())
      if (counted.owner !== null && !this.owned.has(counted)) groups.forgetOne(counted);
    groups.sum(this.ledger.all(), (counted) => this.choose(counted), clock, isTick);
    groups.sumWindows(this.window);
    this.made = this.makes(); // addresses may have been read only now
    this.isSummed = true;
    this.table.stale = true;
  }

  private choose(counted: Counted): Group | null {
    const { flow } = counted;
    if (counted.owner !== null) this.owned.add(counted);
    if (!this.isWanted(counted)) return null;
    const key = groupKeyOf(counted, this.by, this.sides, this.asked.prefixes);
    const id = nameOfGroup(key);
    const group = this.groups.groups.get(id) ?? new Group(id, key);
    this.groups.groups.set(id, group);
    if (flow && this.sides.isNearOwn(flow)) group.owner ??= counted.owner;
    if (flow) group.isForwarded = this.sides.ends(flow).isForwarded;
    return group;
  }

  /** Of devices that lie on each other the lowest counts, unless devices are shown or chosen; of namespaces the own one. */
  private isWanted(counted: Counted): boolean {
    const { expression, sides } = this;
    const { flow, netns, device } = counted;
    if (device !== 0 && netns !== this.machine.ownNetns() && !this.asksForNetns) return false;
    const isLower = this.by === 'interface' || !sides.isUpper(netns, device);
    if (expression === null) return isLower;
    const hasOwner = flow !== null && sides.isNearOwn(flow);
    const subject = trafficSubject(counted, flow && sides.ends(flow), hasOwner, this.names);
    if (!matchesEitherWay(expression, subject)) return false;
    return isLower || !matchesEitherWay(expression, { ...subject, interface: null }); // by its name
  }

  private get asksForNetns(): boolean {
    return this.expression !== null && asksFor(this.expression, ['netns']);
  }

  private row(group: Group): TrafficRow {
    return trafficRow(group, this.names, {
      by: this.by,
      isKnown: this.clock.isKnown,
      groups: this.groups,
      logScale: this.asked.logScale === true,
    });
  }
}
