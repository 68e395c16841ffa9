import type { Expression } from '../filter/ast.ts';
import { evaluate } from '../filter/evaluate.ts';
import type { ViewQuestion } from '../model/panes.ts';
import type { FleetView } from '../panes/fleet/row.ts';
import { BY_HOST, type FleetSpec } from '../panes/fleet/spec.ts';
import { view } from '../views/list/window.ts';
import { alternativesOf } from './matchers.ts';
import type { RowsQuestion } from './promql.ts';
import { type Context, type Found, fill, firstRows, foundOf, type Rows } from './rows.ts';

/** The server counts rows anew so seldom: it reads as many series for that as for the rows themselves. */
const COUNTED_MS = 10_000;

/** What a pane is asked for beside its window. */
export interface Limits {
  hostLabel: string;
  /** Rows at most. */
  top: number;
}

/** A pane's rows, as the server was last asked for them. */
export class PaneRows {
  rows: Rows | null = null;
  private shape = '';
  private first = 0;
  /** What the server counted, of which question, and when. */
  private counted: { all: number | null; shape: string; ms: number } | null = null;

  constructor(
    readonly spec: FleetSpec,
    private readonly context: Context,
    private readonly limits: Limits,
  ) {}

  /** `isDue`: figures are old by now. Rejects with a ServerError. */
  async load(asked: ViewQuestion, filter: Expression | null, isDue: boolean): Promise<void> {
    const shape = JSON.stringify([asked.sort, asked.descending, asked.group, filter]);
    let rows = this.rows;
    if (rows === null || isDue || shape !== this.shape) {
      rows = await firstRows(this.question(asked, filter), this.context, this.countOf(shape));
      if (this.countOf(shape) === null) this.counted = { all: rows.all, shape, ms: performance.now() };
      if (this.spec.labels.length === 0) this.addSilent(rows, filter);
    }
    await fill(this.windowOf(rows, asked), rows.asked, this.context);
    this.rows = rows;
    this.shape = shape;
  }

  private countOf(shape: string): number | null {
    const { counted } = this;
    return counted?.shape === shape && performance.now() - counted.ms < COUNTED_MS ? counted.all : null;
  }

  /** null: nothing was asked for yet. */
  view(asked: ViewQuestion): FleetView | null {
    const { rows } = this;
    if (rows === null) return null;
    const shown = this.shown(rows, asked);
    this.first = shown.first;
    const { group = BY_HOST } = rows.asked;
    return { ...shown, rows: shown.rows.map(({ found }) => found.row), group, all: rows.all };
  }

  find(key: string): Found | null {
    return this.rows?.found.find(({ row }) => row.key === key) ?? null;
  }

  question(
    asked: Pick<ViewQuestion, 'sort' | 'descending' | 'group'>,
    filter: Expression | null,
  ): RowsQuestion {
    const { spec, context, limits } = this;
    return {
      spec,
      group: asked.group,
      hostLabel: limits.hostLabel,
      window: context.hosts.window,
      alternatives: alternativesOf(filter, spec.rowsOf, limits.hostLabel),
      sort: asked.sort,
      descending: asked.descending,
      limit: limits.top,
    };
  }

  /** Machines of which the server has no figure to order them by: they stand behind the others, and are never left out. */
  private addSilent(rows: Rows, filter: Expression | null): void {
    const known = new Set(rows.found.map(({ values }) => values[0]));
    const isWanted = (instance: string) => filter === null || evaluate(filter, { instance }) !== false;
    const silent = this.context.hosts.all().filter((host) => !known.has(host) && isWanted(host));
    const isCut = rows.all !== null && rows.found.length < rows.all && rows.found.length >= rows.asked.limit;
    for (const host of silent.sort())
      if (!isCut || this.context.hosts.isStale(host))
        rows.found.push(foundOf([host], rows.asked, this.context));
    if (rows.asked.sort === 'age') rows.found.sort(byAge(rows.asked.descending));
    rows.all = Math.max(rows.all ?? 0, rows.found.length);
  }

  private windowOf(rows: Rows, asked: ViewQuestion): Found[] {
    return this.shown(rows, asked).rows.map(({ found }) => found);
  }

  private shown({ found }: Rows, asked: ViewQuestion) {
    return view(
      {
        size: found.length,
        find: (key) => {
          const place = found.findIndex(({ row }) => row.key === key);
          return place < 0 ? null : place;
        },
        rows: (first, count) =>
          found.slice(first, first + count).map((one) => ({ key: one.row.key, found: one })),
      },
      asked,
      this.first,
    );
  }
}

const byAge = (descending: boolean) => (a: Found, b: Found) =>
  ((a.row.ageSeconds ?? 0) - (b.row.ageSeconds ?? 0)) * (descending ? -1 : 1);
