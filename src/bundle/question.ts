import type { Expression } from '../filter/ast.ts';
import { EVERY_ROW } from '../model/panes.ts';
import type { Question } from '../model/question.ts';

/** All that a summary tells. */
export function questionOf(filter: Expression | null, intervalMs: number): Question {
  const all = { descending: true, ...EVERY_ROW };
  return {
    filter,
    intervalMs,
    views: {
      processes: { ...all, sort: 'rate' },
      connections: { ...all, sort: 'rate', closed: true },
      drops: { ...all, sort: 'count' },
      listeners: { ...all, sort: 'acceptQueue' },
      requests: { ...all, sort: 'time', rows: 0, isStreamed: true },
      alerts: { ...all, sort: 'state', isStreamed: true },
    },
    inspect: null,
    asked: true,
    resets: 0,
  };
}
