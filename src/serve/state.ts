import type { Registry } from 'prom-client';
import type { MetricsShown } from '../model/metrics/question.ts';
import type { Answer } from '../model/question.ts';
import { OWN_FAMILIES, ownSeries } from './own-families.ts';
import { newRegistry } from './registry.ts';

/** An answer that is older was missed: the worker is behind. */
const FRESH_INTERVALS = 3;
const LEAST_FRESH_MS = 5000;

/** The last answer, as it is told to who asks. */
export class State {
  private shown: MetricsShown | null = null;
  private status: Answer['status'] | null = null;
  private shownMs = 0;
  private readonly registries: Readonly<Record<'prometheus' | 'openmetrics', Registry>>;

  constructor(
    private readonly version: string,
    private readonly intervalMs: number,
  ) {
    const seriesOf = (family: string) =>
      family in OWN_FAMILIES
        ? ownSeries(family as keyof typeof OWN_FAMILIES, this.own())
        : (this.shown?.[family as keyof MetricsShown] ?? []);
    this.registries = {
      prometheus: newRegistry('prometheus', seriesOf),
      openmetrics: newRegistry('openmetrics', seriesOf),
    };
  }

  take({ metrics, status }: Answer): void {
    this.status = status;
    if (!metrics) return;
    this.shown = metrics;
    this.shownMs = performance.now();
  }

  /** There was an answer. */
  get isReady(): boolean {
    return this.shown !== null;
  }

  /** The whole text, with its content type. */
  async text(form: 'prometheus' | 'openmetrics'): Promise<{ type: string; text: string }> {
    const registry = this.registries[form];
    return { type: registry.contentType, text: await registry.metrics() };
  }

  private own() {
    const { version, intervalMs, status } = this;
    const within = Math.max(LEAST_FRESH_MS, FRESH_INTERVALS * intervalMs);
    return {
      version,
      kernel: status?.kernel ?? '',
      intervalMs,
      warnings: status?.warnings.length ?? 0,
      isFresh: this.isReady && performance.now() - this.shownMs < within,
    };
  }
}
