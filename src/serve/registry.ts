import { type Metric, Registry } from 'prom-client';
import { FAMILIES, type FamilyName } from '../model/metrics/families.ts';
import type { MetricFamily, MetricSeries } from '../model/metrics/metric.ts';
import { OWN_FAMILIES, type OwnFamily } from './own-families.ts';

/** What stands behind the families just now. */
export type SeriesOf = (family: FamilyName | OwnFamily) => readonly MetricSeries[];

/** Text of one of the two forms: that of Prometheus, and OpenMetrics. */
export function newRegistry(form: 'prometheus' | 'openmetrics', seriesOf: SeriesOf): Registry {
  const registry = new Registry<never>();
  registry.setContentType(
    form === 'prometheus'
      ? (Registry.PROMETHEUS_CONTENT_TYPE as never)
      : (Registry.OPENMETRICS_CONTENT_TYPE as never),
  );
  const families: Record<string, MetricFamily> = { ...OWN_FAMILIES, ...FAMILIES };
  for (const [key, family] of Object.entries(families))
    registry.registerMetric(new Counted(family, () => seriesOf(key as FamilyName)) as unknown as Metric);
  return registry;
}

interface Line {
  labels: Record<string, string>;
  value: number;
  metricName?: string;
}

/** As the library's own metrics look to its registry, which may change the name: in OpenMetrics it has no `_total`. */
class Counted {
  name: string;
  readonly help: string;
  readonly type: string;

  constructor(
    private readonly family: MetricFamily,
    private readonly series: () => readonly MetricSeries[],
  ) {
    this.name = family.name;
    this.help = family.help;
    this.type = family.kind;
  }

  get() {
    const { name, help, type, family } = this;
    const values = this.series().flatMap((one) => linesOf(family, one));
    return { name, help, type, values, aggregator: 'sum' };
  }
}

function linesOf({ name, labels: names, bounds = [] }: MetricFamily, series: MetricSeries): Line[] {
  const labels = Object.fromEntries(names.map((label, place) => [label, series.labels[place] ?? '']));
  const { value, buckets } = series;
  if (!buckets) return [{ labels, value }];
  let count = 0;
  const lines = buckets.map((more, place): Line => {
    count += more;
    const le = bounds[place] === undefined ? '+Inf' : String(bounds[place]);
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: count };
  });
  return [
    ...lines,
    { metricName: `${name}_sum`, labels, value },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
