import { evictOldest } from '../../model/oldest.ts';
import type { WireCount } from '../../model/wire.ts';
import { type Entry, fromJson, toJson } from '../log.ts';
import { ALERTS, type ToldAlerts } from './alerts.ts';
import { NAMES } from './names.ts';
import { idOf, SERVICES, type ToldServices } from './services.ts';
import { type ToldFlow, type ToldTraffic, TRAFFIC } from './traffic.ts';

/** As many as a reader keeps. */
const MOST_NAMES = 65_536;
const MOST_FLOWS = 65_536;

/** What stands beside the feed up to a moment, in the fewest words: counts as they are, names, alerts that are on. */
export class SoFar {
  private readonly counts = new Map<string, NonNullable<ToldServices['counts']>[number]>();
  private readonly flows = new Map<number, ToldFlow>();
  private readonly devices = new Map<string, [netns: number, device: number, count: WireCount]>();
  private names: Uint8Array[] = [];
  private alerts: Pick<ToldAlerts, 'on' | 'left'> = { on: [], left: 0 };

  take({ kind, bytes }: Entry): void {
    if (kind === SERVICES) this.takeServices(fromJson(bytes));
    else if (kind === TRAFFIC) this.takeTraffic(fromJson(bytes));
    else if (kind === ALERTS) this.alerts = fromJson<ToldAlerts>(bytes);
    else if (kind === NAMES) {
      this.names.push(new Uint8Array(bytes));
      if (this.names.length > MOST_NAMES) this.names = this.names.slice(MOST_NAMES / 2);
    }
  }

  *entries(atNs: number): Iterable<Entry> {
    const told = (kind: string, value: unknown): Entry => ({ atNs, kind, bytes: Buffer.from(toJson(value)) });
    for (const bytes of this.names) yield { atNs, kind: NAMES, bytes };
    if (this.counts.size > 0) yield told(SERVICES, { counts: [...this.counts.values()] });
    const { flows, devices } = this;
    if (flows.size + devices.size > 0)
      yield told(TRAFFIC, { flows: [...flows.values()], others: [...devices.values()] });
    const { on, left } = this.alerts;
    if (on.length + left > 0) yield told(ALERTS, { told: [], on, left });
  }

  private takeServices({ counts = [], forgotten = [] }: ToldServices): void {
    for (const told of counts) this.counts.set(idOf(told[0]), told);
    for (const key of forgotten) this.counts.delete(idOf(key));
  }

  private takeTraffic({ flows = [], others = [], owners = [] }: ToldTraffic): void {
    for (const flow of flows) {
      this.flows.delete(flow.number);
      this.flows.set(flow.number, flow); // the newest stay
    }
    evictOldest(this.flows, MOST_FLOWS);
    for (const other of others) this.devices.set(`${other[0]} ${other[1]}`, other);
    for (const [number, owner] of owners) {
      const flow = this.flows.get(number);
      if (flow) flow.owner = owner;
    }
  }
}
