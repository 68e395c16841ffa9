import type { Expression } from '../../filter/ast.ts';
import { evaluate } from '../../filter/evaluate.ts';
import type { Chosen } from './text-feed.ts';

const NOBODY = -1;

/** Whose text a filter can match: of one process alone where it asks for its number, else of all that have the file. */
export function chosenBy(expression: Expression | null): Chosen {
  return {
    of(pid, process) {
      if (expression === null) return 'file';
      if (evaluate(expression, { pid, process }) === false) return 'no';
      return evaluate(expression, { pid: NOBODY, process }) === false ? 'process' : 'file';
    },
    anybody: expression === null || evaluate(expression, { pid: NOBODY }) !== false,
  };
}
