import type { FleetStatus } from '../model/fleet.ts';
import type { Inspection, Status } from '../model/model.ts';
import type { FleetPaneName } from '../model/panes.ts';
import type { Answer, Question, Shown } from '../model/question.ts';
import { NO_READING, NOTHING_LOST } from '../model/reading.ts';
import { FLEET_SPECS } from '../panes/fleet/specs.ts';
import { Hosts } from './hosts.ts';
import { inspect } from './inspection.ts';
import { type Limits, PaneRows } from './pane-rows.ts';
import type { Prometheus } from './prometheus.ts';
import type { RowsQuestion } from './promql.ts';
import type { Context, Found } from './rows.ts';

/** Rates that the header draws. */
const HISTORY = 120;
const LONGEST_WARNINGS = 20;

/** All machines that a server has: rows for questions. It has no clock of its own. */
export class Fleet {
  private readonly hosts: Hosts;
  private readonly context: Context;
  private readonly panes: Readonly<Record<FleetPaneName, PaneRows>>;
  private readonly rxHistory: number[] = [];
  private readonly txHistory: number[] = [];
  private notes: string[] = [];
  private inspection: Inspection | null = null;
  /** Kept while it is looked at, in which time its row may leave the list. */
  private looked: { key: string; found: Found; asked: RowsQuestion } | null = null;

  constructor(
    private readonly prometheus: Prometheus,
    limits: Limits,
    private readonly nowMs: () => number,
  ) {
    this.hosts = new Hosts(prometheus, limits.hostLabel, nowMs);
    this.context = { prometheus, hosts: this.hosts };
    this.panes = Object.fromEntries(
      Object.values(FLEET_SPECS).map((spec) => [spec.pane, new PaneRows(spec, this.context, limits)]),
    ) as Record<FleetPaneName, PaneRows>;
  }

  /** Asks the server for what the question wants and is not there; `isDue`: for all of it. Rejects with a ServerError. */
  async read(question: Question, isDue: boolean): Promise<void> {
    if (isDue) await this.readHosts();
    const loading = this.asked(question).map(([name, asked]) =>
      this.panes[name].load(asked, question.filter, isDue),
    );
    await Promise.all(loading);
    await this.look(question, isDue);
    if (isDue) this.notes = this.prometheus.notes();
  }

  answer(question: Question, fleet: Pick<FleetStatus, 'problem' | 'refreshMs'>): Answer {
    const shown: Shown = {};
    for (const [name, asked] of this.asked(question)) {
      const view = this.panes[name].view(asked);
      if (view) shown[name] = view;
    }
    const isLooked = question.inspect !== null && question.inspect.key === this.looked?.key;
    return { status: this.status(fleet), inspection: isLooked ? this.inspection : null, ...shown };
  }

  /** What is not as it should be, as sentences. */
  warnings(): string[] {
    return [...this.hosts.warnings(), ...this.notes].slice(0, LONGEST_WARNINGS);
  }

  /** Whom the sentences name. */
  named(): string[] {
    return [this.prometheus.server.name, ...this.hosts.named()];
  }

  private async readHosts(): Promise<void> {
    await this.hosts.read();
    const { rxRate, txRate } = this.hosts;
    for (const [history, rate] of [
      [this.rxHistory, rxRate],
      [this.txHistory, txRate],
    ] as const) {
      history.push(rate ?? 0);
      if (history.length > HISTORY) history.shift();
    }
  }

  private asked({ views }: Question) {
    const names = Object.keys(this.panes) as FleetPaneName[];
    return names.flatMap((name) => {
      const asked = views[name];
      return asked ? [[name, asked] as const] : [];
    });
  }

  private async look({ inspect: wanted, views }: Question, isDue: boolean): Promise<void> {
    const pane = wanted === null ? undefined : this.panes[wanted.pane as FleetPaneName];
    if (wanted === null || pane === undefined) return;
    if (this.looked?.key !== wanted.key) {
      const found = pane.find(wanted.key);
      const view = views[pane.spec.pane];
      this.inspection = null;
      this.looked = found && view ? { key: wanted.key, found, asked: pane.question(view, null) } : null;
    } else if (!isDue) return;
    if (this.looked) {
      const { found, asked } = this.looked;
      this.inspection = await inspect(pane.spec.pane, found, asked, this.context);
    }
  }

  private status(fleet: Pick<FleetStatus, 'problem' | 'refreshMs'>): Status {
    const { hosts, rxHistory, txHistory } = this;
    const { name } = this.prometheus.server;
    const stale = hosts.stale.length;
    return {
      ...NO_READING,
      host: name,
      kernel: '',
      attach: 'nothing',
      uptimeSeconds: this.nowMs() / 1000,
      network: { rxRate: hosts.rxRate, txRate: hosts.txRate, rxHistory, txHistory },
      loopback: { rxRate: null, txRate: null, rxHistory: [], txHistory: [] },
      eventsPerSecond: null,
      lostPerSecond: NOTHING_LOST,
      warnings: this.warnings(),
      fleet: {
        server: name,
        hosts: hosts.all().length - stale,
        stale,
        window: hosts.window,
        alerts: hosts.alerts,
        named: this.named(),
        ...fleet,
      },
    };
  }
}
