import type { JourneyRow, PacketRow } from '../model/model.ts';
import type { TraceQuestion, View } from '../model/panes.ts';
import { keyAt, ownKey } from './keys.ts';
import { merged } from './order.ts';

/** Of a row that is gone meanwhile. */
const NEVER_US = 2 ** 52;

type LiveRow = PacketRow | JourneyRow;

/** The trace of a machine, of which a window at any place can be had. */
export interface LiveSource {
  place: number;
  /** undefined: it has none. */
  view(asked: TraceQuestion): View<LiveRow> | undefined;
}

/** One machine's list, in the order of its clock, by place; a row that was looked at is not made again. */
class LiveList {
  readonly size: number;
  private readonly times = new Map<number, number>();

  constructor(
    private readonly source: LiveSource,
    private readonly asked: TraceQuestion,
  ) {
    this.size = source.view({ ...asked, rows: 0, cursor: null })?.total ?? 0;
  }

  get place(): number {
    return this.source.place;
  }

  rows(first: number, count: number): LiveRow[] {
    const rows = Math.min(count, this.size - first);
    if (rows <= 0) return [];
    this.source.view({ ...this.asked, rows, cursor: null }); // from the end on it goes back as far as it has to
    const view = this.source.view({ ...this.asked, rows, cursor: { index: first } });
    return view ? view.rows.slice(Math.max(0, first - view.first)) : [];
  }

  find(key: string): number | null {
    return this.source.view({ ...this.asked, rows: 1, cursor: { key } })?.selected ?? null;
  }

  timeAt(place: number): number {
    const known = this.times.get(place);
    if (known !== undefined) return known;
    const timeUs = Math.floor(this.rows(place, 1)[0]?.timeUs ?? NEVER_US);
    this.times.set(place, timeUs);
    return timeUs;
  }

  /** How many rows are before that time. */
  before(timeUs: number): number {
    let [low, high] = [0, this.size];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.timeAt(middle) < timeUs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Traces of several machines as one, by time. Of each only the rows around the window are made. */
export function liveView(
  sources: readonly LiveSource[],
  asked: TraceQuestion,
  { nameAt, before }: { nameAt: (place: number) => string; before: number | null },
): View<LiveRow> {
  const lists = sources.map((source) => new LiveList(source, asked));
  const total = lists.reduce((sum, { size }) => sum + size, 0);
  const selected = selectedOf(lists, asked, total);
  const most = Math.max(0, total - asked.rows);
  let first = asked.cursor === null || before === null ? most : Math.min(before, most);
  if (selected !== null && selected < first) first = selected;
  if (selected !== null && selected >= first + asked.rows) first = selected - Math.max(1, asked.rows) + 1;
  const rows = windowOf(lists, first, Math.min(asked.rows, total - first), nameAt);
  const { cursor } = asked;
  if (selected === null || !cursor || !('key' in cursor)) {
    const selectedKey = selected === null ? null : (rows[selected - first]?.key ?? null);
    return {
      rows,
      total,
      first,
      selected,
      selectedKey,
      ...(cursor && 'key' in cursor && { asked: cursor.key }),
    };
  }
  // CPUs write into one ring: its order is that of time only nearly, and so is this one
  const shown = rows.findIndex(({ key }) => key === cursor.key);
  const place = shown < 0 ? selected : first + shown;
  return { rows, total, first, selected: place, selectedKey: cursor.key, asked: cursor.key };
}

function selectedOf(lists: readonly LiveList[], { cursor }: TraceQuestion, total: number): number | null {
  if (cursor === null || total === 0) return null;
  if ('index' in cursor) return Math.max(0, Math.min(total - 1, cursor.index));
  for (const list of lists) {
    const key = ownKey(cursor.key, list.place);
    const own = key === null ? null : list.find(key);
    if (own === null) continue;
    const timeUs = list.timeAt(own);
    // of rows at one time those of the machine that was named first come first
    const others = lists.filter((other) => other !== list);
    return others.reduce(
      (sum, other) => sum + other.before(timeUs + (other.place < list.place ? 1 : 0)),
      own,
    );
  }
  return null;
}

/** So many rows from a place on. */
function windowOf(
  lists: readonly LiveList[],
  first: number,
  count: number,
  nameAt: (place: number) => string,
): LiveRow[] {
  if (count <= 0) return [];
  const begins = divided(lists, first);
  const parts = lists.map((list, at) =>
    list
      .rows(begins[at] ?? 0, count)
      .map((row) => ({ ...row, key: keyAt(list.place, row.key), machine: nameAt(list.place) })),
  );
  return merged<LiveRow>(parts, (a, b) => Math.floor(a.timeUs) - Math.floor(b.timeUs)).slice(0, count);
}

/** How many rows of each list are among the first `count` of all. */
function divided(lists: readonly LiveList[], count: number): number[] {
  const ends = lists.filter(({ size }) => size > 0);
  let low = Math.min(...ends.map((list) => list.timeAt(0)));
  let high = Math.max(...ends.map((list) => list.timeAt(list.size - 1))) + 1;
  const until = (timeUs: number) => lists.map((list) => list.before(timeUs));
  const sum = (counts: readonly number[]) => counts.reduce((all, one) => all + one, 0);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (sum(until(middle)) <= count) low = middle;
    else high = middle;
  }
  const counts = until(low);
  let left = count - sum(counts);
  return counts.map((own, at) => {
    const list = lists[at] as LiveList;
    const more = Math.min(left, list.before(low + 1) - own);
    left -= more;
    return own + more;
  });
}
