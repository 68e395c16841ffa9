import { EVENT_KINDS, type EventTotals, type Inspection, type PaneName } from '../model/model.ts';
import type { OwnShows, TraceQuestion, View, ViewQuestion } from '../model/panes.ts';
import type { Answer, Question, Shown } from '../model/question.ts';
import { isPane, isTrace } from '../panes/registry.ts';
import { keyAt, ownKey } from './keys.ts';
import { liveView } from './live-list.ts';
import { type Part, tableOf } from './tables.ts';

/** A machine's answer to its question, and what it shows in other windows. */
export interface Told {
  place: number;
  answer: Answer;
  view<Name extends keyof OwnShows>(
    name: Name,
    asked: OwnShows[Name]['asked'],
  ): OwnShows[Name]['shown'] | undefined;
}

/** Answers of several machines as one, for a question of which each was asked its part. */
export class MergedAnswers {
  /** Places of the first rows that were shown. */
  private readonly firsts = new Map<PaneName, number>();
  /** Of connections that were seen from both ends: the keys of their other ends. */
  private otherEnds: ReadonlyMap<string, string> = new Map();

  constructor(private readonly nameAt: (place: number) => string) {}

  /** The keys that are asked for where this one is open. */
  opens(key: string): readonly string[] {
    const other = this.otherEnds.get(key);
    return other === undefined ? [key] : [key, other];
  }

  shown({ views }: Question, told: readonly Told[]): Shown {
    const shown: Shown = {};
    for (const name of Object.keys(views) as (keyof OwnShows)[]) {
      const view = isPane(name) ? this.pane(name, views[name] as ViewQuestion, told) : othersOf(name, told);
      if (view) Object.assign(shown, { [name]: view });
    }
    return shown;
  }

  /** All that is known of the row that is open; of a connection that is seen from both ends, of both. */
  inspection(key: string, told: readonly Told[]): Inspection | null {
    const open = this.opened(key, told);
    const otherKey = this.otherEnds.get(key);
    const other = otherKey === undefined ? null : this.opened(otherKey, told);
    if (!isConnection(open) || !isConnection(other)) return open;
    return { ...open, row: { ...open.row, otherEnd: other.row }, otherEnd: other };
  }

  private opened(key: string, told: readonly Told[]): Inspection | null {
    const place = told.find(({ place }) => ownKey(key, place) !== null)?.place ?? 0;
    const inspection = told.find((one) => one.place === place)?.answer.inspection ?? null;
    if (!inspection) return null;
    if (inspection.pane === 'comparison') return { ...inspection, key };
    const hops = 'hops' in inspection && {
      hops: inspection.hops.map((hop) => ({ ...hop, key: keyAt(place, hop.key) })),
    };
    const row = { ...inspection.row, key, machine: this.nameAt(place) };
    return { ...inspection, ...hops, row } as Inspection;
  }

  private pane(name: PaneName, asked: ViewQuestion, told: readonly Told[]): View<unknown> | undefined {
    const view = isTrace(name)
      ? this.live(name, asked as TraceQuestion, told)
      : this.table(name, asked, told);
    if (view) this.firsts.set(name, view.first);
    return view;
  }

  private live(name: PaneName, asked: TraceQuestion, told: readonly Told[]): View<unknown> | undefined {
    const sources = told.flatMap(({ place, answer, view }) =>
      answer[name]
        ? [{ place, view: (wanted: TraceQuestion) => view(name as 'trace', wanted) as never }]
        : [],
    );
    if (sources.length === 0) return undefined;
    return liveView(sources, asked, { nameAt: this.nameAt, before: this.firsts.get(name) ?? null });
  }

  private table(name: PaneName, asked: ViewQuestion, told: readonly Told[]): View<unknown> | undefined {
    const parts = told.flatMap(({ place, answer }): Part[] => {
      const view = answer[name] as View<never> | undefined;
      return view ? [{ place, view }] : [];
    });
    const [first] = parts;
    if (!first) return undefined;
    const isJoined = name === 'connections' && first.view.group === 'connection';
    const look = { isJoined, before: this.firsts.get(name) ?? 0, nameAt: this.nameAt };
    const { view, otherEnds } = tableOf(parts, asked, look);
    if (name === 'connections') this.otherEnds = otherEnds;
    return view;
  }
}

type OpenConnection = Extract<Inspection, { pane: 'connections'; watch: unknown }>;

const isConnection = (inspection: Inspection | null): inspection is OpenConnection =>
  inspection?.pane === 'connections' && 'watch' in inspection;

/** What has no rows: how many events there were. */
function othersOf(name: keyof OwnShows, told: readonly Told[]): EventTotals | undefined {
  const totals = name === 'events' ? told.flatMap(({ answer }) => answer.events ?? []) : [];
  if (totals.length === 0) return undefined;
  const sums = (of: 'counted' | 'notTold') =>
    Object.fromEntries(
      EVENT_KINDS.map((kind) => [kind, totals.reduce((sum, one) => sum + one[of][kind], 0)]),
    ) as EventTotals['counted'];
  return {
    counted: sums('counted'),
    notTold: sums('notTold'),
    missed: totals.reduce((sum, { missed }) => sum + missed, 0),
  };
}
