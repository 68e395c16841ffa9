import type { Figure } from '../panes/fleet/figure.ts';
import { BOTH, type FleetSpec, isOverAll, labelsOf } from '../panes/fleet/spec.ts';
import { type Alternatives, type Matcher, matcherText } from './matchers.ts';

/** Which rows are asked for, and how. */
export interface RowsQuestion {
  spec: FleetSpec;
  /** The way they are put together; absent: the first. */
  group: string | undefined;
  /** The label that tells machines apart. */
  hostLabel: string;
  /** What rates are over, such as 1m. */
  window: string;
  alternatives: Alternatives;
  sort: string;
  descending: boolean;
  /** At most so many. */
  limit: number;
}

/** The labels that a row is known by: the machine's first, where rows have one. */
export function keyLabels({ spec, group, hostLabel }: RowsQuestion): string[] {
  const own = labelsOf(spec, group).map(({ name }) => name);
  return isOverAll(spec, group) ? own : [hostLabel, ...own];
}

/** The first rows, with the figure that they are in order of. */
export function firstRowsQuery(asked: RowsQuestion): string {
  const { spec, sort, descending, limit } = asked;
  const ordered = orderQuery(asked, sort);
  const above = spec.above === undefined ? null : figureOf(spec, spec.above);
  const kept =
    above === null
      ? ordered
      : sort === spec.above
        ? `(${ordered}) > 0`
        : `(${ordered}) and (${figureQuery(asked, above)} > 0)`;
  return `${descending ? 'topk' : 'bottomk'}(${limit}, ${kept})`;
}

/** How many rows there are. */
export function countQuery(asked: RowsQuestion): string {
  const { spec } = asked;
  const above = spec.above === undefined ? null : figureOf(spec, spec.above);
  if (above !== null) return `count(${figureQuery(asked, above)} > 0)`;
  return `count(count by (${keyLabels(asked).join(', ')}) (${seriesOf(asked, spec.metric)}))`;
}

/** How many machines are in each row. */
export function hostsQuery(asked: RowsQuestion, within: readonly Matcher[]): string {
  const keys = keyLabels(asked);
  const each = [asked.hostLabel, ...keys].join(', ');
  return `count by (${keys.join(', ')}) (count by (${each}) (${seriesOf(asked, asked.spec.metric, within)}))`;
}

/** A figure of each row, or of those within. */
export function figureQuery(asked: RowsQuestion, figure: Figure, within: readonly Matcher[] = []): string {
  const by = keyLabels(asked).join(', ');
  const { metric, kind, where } = figure;
  const series = (range: boolean) => (call: string) =>
    seriesOf(asked, metric, within, where, range ? `[${asked.window}]` : '', call);
  switch (kind) {
    case 'rate':
      return `sum by (${by}) (${series(true)('rate')})`;
    case 'now':
      return `sum by (${by}) (${series(false)('')})`;
    case 'p95':
      return `histogram_quantile(0.95, sum by (${by}, le) (${series(true)('rate')}))`;
    case 'age':
      return `time() - max by (${by}) (${series(false)('timestamp')})`;
  }
}

export function figureOf({ figures }: FleetSpec, id: string): Figure {
  return figures.find((figure) => figure.id === id) ?? figures[0];
}

function orderQuery(asked: RowsQuestion, sort: string): string {
  const { spec } = asked;
  if (sort !== BOTH) return figureQuery(asked, figureOf(spec, sort));
  return `${figureQuery(asked, figureOf(spec, 'rxRate'))} + ${figureQuery(asked, figureOf(spec, 'txRate'))}`;
}

/** A metric's series that the filter leaves, once for each of its alternatives. */
function seriesOf(
  { alternatives }: RowsQuestion,
  metric: string,
  within: readonly Matcher[] = [],
  where = '',
  range = '',
  call = '',
): string {
  const each = alternatives.map((matchers) => {
    const texts = [...(where ? [where] : []), ...[...matchers, ...within].map(matcherText)];
    return `${call}(${metric}{${texts.join(',')}}${range})`;
  });
  return each.join(' or ');
}
