import { formatDuration } from '../text/format.ts';
import { sanitize } from '../text/text.ts';
import type { Prometheus } from './prometheus.ts';

/** What is asked of machines that may be gone is asked anew so seldom: it reads an hour. */
const SELDOM_MS = 30_000;
/** Seconds since 1970: to a second of who went lately, and was perhaps there for some seconds alone. */
const LAST_SEEN = 'max_over_time(timestamp(nettop_up)[2m:1s]) or max_over_time(timestamp(nettop_up)[1h:15s])';
const LONGEST_LABEL = 200;
/** Machines that a sentence names. */
const NAMED = 3;

/** What rates may be over: the shortest that has three samples of most machines, else two. */
const WINDOWS = [
  ['30s', 30],
  ['1m', 60],
  ['2m', 120],
  ['5m', 300],
  ['10m', 600],
] as const;
const SAMPLES = [3, 2];
const USUAL_WINDOW = WINDOWS[1];

/** A label's value as it is shown. */
export function shown(label: string): string {
  return sanitize(label.slice(0, LONGEST_LABEL));
}

/** Which machines report, when each did last, and what there is of all of them together. */
export class Hosts {
  /** Bytes per second of all machines; null: not known. */
  rxRate: number | null = null;
  txRate: number | null = null;
  /** Alerts that are on; null: not known. */
  alerts: number | null = null;
  window: string = USUAL_WINDOW[0];
  private windowSeconds: number = USUAL_WINDOW[1];
  /** Seconds since the last sample, when it was asked for. */
  private ages: ReadonlyMap<string, number> = new Map();
  /** The same of those that have none any more. */
  private gone: ReadonlyMap<string, number> = new Map();
  /** Those whose nettop does not read its kernel. */
  private blind: ReadonlySet<string> = new Set();
  private readMs = 0;
  private seldomMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly prometheus: Prometheus,
    private readonly label: string,
    private readonly nowMs: () => number,
  ) {}

  get stale(): string[] {
    return [...this.ages.keys(), ...this.gone.keys()].filter((host) => this.isStale(host));
  }

  /** Every machine that reported within the last hour, as the server calls it. */
  all(): string[] {
    return [...this.ages.keys(), ...this.gone.keys()];
  }

  /** Seconds since it last reported; null: not known. */
  ageOf(host: string): number | null {
    const age = this.ages.get(host) ?? this.gone.get(host);
    return age === undefined ? null : Math.max(0, age + (this.nowMs() - this.readMs) / 1000);
  }

  isStale(host: string): boolean {
    return this.gone.has(host) || (this.ages.get(host) ?? 0) > this.windowSeconds;
  }

  /** Rejects with a ServerError. */
  async read(): Promise<void> {
    const isSeldom = this.nowMs() - this.seldomMs >= SELDOM_MS;
    if (isSeldom) await this.chooseWindow();
    const [ages, gone, blind, rx, tx, alerts] = await Promise.all([
      this.byHost(`time() - max by (${this.label}) (timestamp(nettop_up))`),
      isSeldom ? this.byHost(this.goneQuery()) : null,
      this.byHost(`min by (${this.label}) (nettop_up) == 0`),
      this.prometheus.value(`sum(rate(nettop_receive_bytes_total[${this.window}]))`),
      this.prometheus.value(`sum(rate(nettop_transmit_bytes_total[${this.window}]))`),
      this.prometheus.value('sum(nettop_alerts)'),
    ]);
    const past = (this.nowMs() - this.readMs) / 1000;
    const lost = gone ?? this.lostSince(ages, past);
    this.ages = ages;
    this.gone = new Map([...lost].filter(([host]) => !ages.has(host))); // of two queries one may be later
    this.blind = new Set(blind.keys());
    [this.rxRate, this.txRate, this.alerts] = [rx, tx, alerts];
    this.readMs = this.nowMs();
    if (isSeldom) this.seldomMs = this.readMs;
  }

  /** Those that the warnings name. */
  named(): string[] {
    return [this.stale, [...this.blind]].flatMap((hosts) => hosts.slice(0, NAMED).map(shown));
  }

  /** Sentences about machines of which the figures are not those of now. */
  warnings(): string[] {
    const { stale, blind } = this;
    const aged = stale.map((host) => {
      const age = this.ageOf(host);
      return age === null ? shown(host) : `${shown(host)} (${formatDuration(age)})`;
    });
    return [
      ...(aged.length > 0 ? [`${hostsOf(aged.length)} stopped to report: ${some(aged)}`] : []),
      ...(blind.size > 0
        ? [`nettop on ${hostsOf(blind.size)} does not read the kernel: ${some([...blind].map(shown))}`]
        : []),
    ];
  }

  /** Between two readings of the hour: who was there at the last reading and is not now. */
  private lostSince(ages: ReadonlyMap<string, number>, past: number): Map<string, number> {
    const before = [...this.gone, ...this.ages].map(([host, age]) => [host, age + past] as const);
    return new Map(before.filter(([host]) => !ages.has(host)));
  }

  private goneQuery(): string {
    const by = `max by (${this.label})`;
    return `time() - (${by} (${LAST_SEEN}) unless ${by} (nettop_up))`;
  }

  private async byHost(query: string): Promise<Map<string, number>> {
    const samples = await this.prometheus.query(query);
    return new Map(samples.map(({ labels, value }) => [labels[this.label] ?? '', value ?? 0]));
  }

  private async chooseWindow(): Promise<void> {
    const counts = await Promise.all(
      WINDOWS.map(([window]) =>
        this.prometheus.value(`quantile(0.5, count_over_time(nettop_up[${window}]))`),
      ),
    );
    const fitting = SAMPLES.map((least) => counts.findIndex((count) => (count ?? 0) >= least)).find(
      (at) => at >= 0,
    );
    const chosen = WINDOWS[fitting ?? -1] ?? USUAL_WINDOW;
    [this.window, this.windowSeconds] = chosen;
  }
}

const hostsOf = (count: number): string => `${count} host${count === 1 ? '' : 's'}`;

function some(names: readonly string[]): string {
  const more = names.length - NAMED;
  return names.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
