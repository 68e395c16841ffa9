import type { ConnectionRow } from '../model/connection.ts';
import type { Row } from '../model/model.ts';
import type { View, ViewQuestion } from '../model/panes.ts';
import { view } from '../views/list/window.ts';
import { type Joined, joinEnds } from './ends.ts';
import { keyAt } from './keys.ts';
import { comparison, type Entry, merged } from './order.ts';

/** What a machine has to show of a table: all its rows. */
export interface Part {
  place: number;
  view: View<Row>;
}

export interface TableLook {
  /** Connections of which both ends are there become one row. */
  isJoined: boolean;
  /** Place of the first row that was shown last time. */
  before: number;
  /** Of the machine at that place. */
  nameAt(place: number): string;
}

export interface MergedTable {
  view: View<Row>;
  /** Keys of rows that are seen from both ends, with those of their other ends. */
  otherEnds: ReadonlyMap<string, string>;
}

/** Tables of several machines as one. */
export function tableOf(
  parts: readonly Part[],
  asked: ViewQuestion,
  { isJoined, before, nameAt }: TableLook,
): MergedTable {
  const lists = parts.map(({ place, view }) => view.rows.map((row): Entry => ({ place, row })));
  const all = inOrder(lists, asked);
  const entries: readonly (Entry | Joined)[] = isJoined ? joinEnds(all as Entry<ConnectionRow>[]) : all;
  const list = {
    size: entries.length,
    find: (key: string) => {
      const place = entries.findIndex(
        (entry) => isAt(entry, key) || ('other' in entry && isAt(entry.other, key)),
      );
      return place < 0 ? null : place;
    },
    rows: (first: number, count: number) =>
      entries.slice(first, first + count).map((entry) => rowOf(entry, nameAt)),
  };
  const shown = { ...figures(parts.map(({ view }) => view)), ...view<Row>(list, asked, before) };
  const pairs = entries.flatMap((entry) => ('other' in entry && entry.other ? [[entry, entry.other]] : []));
  return { view: shown, otherEnds: new Map(pairs.map((pair) => pair.map(keyOf) as [string, string])) };
}

function inOrder(lists: readonly Entry[][], { sort, descending }: ViewQuestion): Entry[] {
  if (sort === 'machine') return (descending ? [...lists].reverse() : lists).flat();
  if (lists.some(isTree)) return lists.flat();
  const compare = comparison(sort, descending);
  return merged(lists, (a, b) => compare(a.row, b.row));
}

/** A row as it is shown, with its machine; its key says which. */
export function rowOf(entry: Entry | Joined, nameAt: (place: number) => string): Row {
  const { row, place } = entry;
  const shown = { ...row, key: keyOf(entry), machine: nameAt(place) };
  if (!('other' in entry) || !entry.other) return shown;
  return { ...shown, otherEnd: rowOf(entry.other, nameAt) as ConnectionRow } as Row;
}

const keyOf = ({ place, row }: Entry): string => keyAt(place, row.key);

const isAt = (entry: Entry | undefined, key: string): boolean => entry !== undefined && key === keyOf(entry);

/** Rows of a tree stand under each other: nothing comes between them. */
const isTree = ([first]: readonly Entry[]): boolean => {
  const group = first && 'group' in first.row ? first.row.group : null;
  return typeof group === 'object' && group !== null && group.by === 'tree';
};

/** What views tell beside their rows: numbers are added up. */
function figures(views: readonly object[]): object {
  const all = views as readonly Record<string, unknown>[];
  const names = Object.keys(all[0] ?? {}).filter((name) => name !== 'rows');
  const values = (name: string) => all.map((one) => one[name]);
  return Object.fromEntries(names.map((name) => [name, added(name, values(name))]));
}

function added(name: string, values: readonly unknown[]): unknown {
  const numbers = values.filter((value) => typeof value === 'number');
  const objects = values.filter((value) => typeof value === 'object' && value !== null);
  if (objects.length > 0 && !Array.isArray(objects[0])) return figures(objects);
  if (numbers.length === 0) return values[0];
  return name === 'sinceSeconds' ? Math.max(...numbers) : numbers.reduce((sum, value) => sum + value, 0);
}
