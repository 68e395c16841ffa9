import type { View, ViewQuestion } from '../../model/question.ts';

/** A sorted list that knows where each row is. */
export interface List<R> {
  size: number;
  /** Place of the row with this key; null when it is gone or hidden. */
  find(key: string): number | null;
  /** The rows from `first` on, at most `count`. */
  rows(first: number, count: number): R[];
}

/**
 * The part of a list that a pane shows: the window moves only as far as the selection needs.
 * `before`: place of the first row shown last time; null follows the end of the list.
 */
export function view<R extends { key: string }>(
  list: List<R>,
  question: ViewQuestion,
  before: number | null,
): View<R> {
  const selected = locate(list, question.cursor);
  const room = Math.max(1, question.rows); // a pane without room for a row still begins inside the list
  const most = Math.max(0, list.size - room);
  let first = before === null ? most : Math.min(before, most);
  if (selected !== null && selected < first) first = selected;
  if (selected !== null && selected >= first + room) first = selected - room + 1;
  const rows = list.rows(first, Math.min(question.rows, list.size - first));
  const selectedKey = selected === null ? null : (rows[selected - first]?.key ?? null);
  const { cursor } = question;
  const asked = cursor !== null && 'key' in cursor ? { asked: cursor.key } : {};
  return { rows, total: list.size, first, selected, selectedKey, ...asked };
}

function locate<R>(list: List<R>, cursor: ViewQuestion['cursor']): number | null {
  if (cursor === null || list.size === 0) return null;
  if ('key' in cursor) return list.find(cursor.key);
  return Math.max(0, Math.min(list.size - 1, cursor.index));
}
