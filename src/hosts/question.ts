import type { Expression } from '../filter/ast.ts';
import { decided } from '../filter/decided.ts';
import { formatFilter } from '../filter/format.ts';
import type { PaneName } from '../model/model.ts';
import { EVERY_ROW, type ViewQuestion } from '../model/panes.ts';
import type { Question } from '../model/question.ts';
import { isPane, isTrace, panes } from '../panes/registry.ts';
import { ownKey } from './keys.ts';

/** The filter as a machine has it, whose names and numbers may be others than those of here; null: it has none of it. */
export interface MachineFilter {
  expression: Expression | null;
}

/**
 * `read`: what a filter means on that machine; throws where it means nothing there. null: no row of the machine can
 * match.
 */
export function filterOf(
  expression: Expression | null,
  machine: string,
  read: (text: string) => Expression | null,
): MachineFilter | null {
  if (!expression) return { expression };
  const left = decided(expression, { machine });
  if (typeof left === 'boolean') return left ? { expression: null } : null;
  return { expression: read(formatFilter(left)) };
}

/**
 * A question as one of several machines is asked it: for all rows of tables, as those of others come between them.
 * `opens`: keys that the inspector is open on, one of each machine at most.
 */
export function questionOf(
  question: Question,
  place: number,
  { expression, opens }: MachineFilter & { opens: readonly string[] },
): Question {
  const { filter: _, names: _names, play: _play, views, inspect, ...rest } = question;
  const [open] = opens.flatMap((key) => ownKey(key, place) ?? []);
  return {
    ...rest,
    filter: expression,
    views: Object.fromEntries(
      Object.entries(views).map(([name, asked]) => [
        name,
        isPane(name) ? viewOf(name, asked as ViewQuestion, place) : asked,
      ]),
    ),
    inspect: inspect && open !== undefined ? { ...inspect, key: open } : null,
  };
}

function viewOf(name: PaneName, asked: ViewQuestion, place: number): ViewQuestion {
  if (!isTrace(name)) return { ...asked, ...EVERY_ROW, ...orderOf(name, asked) };
  const { mark = null } = asked as { mark?: string | null };
  return { ...asked, rows: 0, cursor: null, ...{ mark: mark === null ? null : ownKey(mark, place) } };
}

/** What its own table can be in; by machine it is the first order. */
export function orderOf(
  name: PaneName,
  { sort, descending }: ViewQuestion,
): Pick<ViewQuestion, 'sort' | 'descending'> {
  if (sort !== 'machine') return { sort, descending };
  const [first] = panes[name].sorts;
  return { sort: first.id, descending: first.descending };
}
