import type { Expression } from '../filter/ast.ts';
import type { Inspection } from '../model/model.ts';
import type { Question } from '../model/question.ts';
import type { ConnectionInspection } from './connections/connection-inspection.ts';
import type { DropsPane } from './drops/drops-pane.ts';
import type { ProcessViews } from './processes/process-views.ts';
import type { TracePane } from './trace/trace-pane.ts';

/** What knows the rows of each pane; none where the pane was never asked for. */
interface Parts {
  trace: TracePane | undefined;
  drops: DropsPane | null;
  connections: ConnectionInspection;
  processes: ProcessViews;
}

interface At {
  /** The packet that another is compared with. */
  mark: string | null;
  expression: Expression | null;
  nowNs: number;
  /** A trace that is frozen stays as old as it was. */
  traceNs: number;
}

/** All that is known of the row that is open; null: it is gone. */
export function inspectRow(
  { pane, key }: NonNullable<Question['inspect']>,
  { trace, drops, connections, processes }: Parts,
  { mark, expression, nowNs, traceNs }: At,
): Inspection | null {
  if (pane === 'trace') return trace?.inspect(key, nowNs) ?? null;
  if (pane === 'journeys') return trace?.inspectJourney(key, traceNs) ?? null;
  if (pane === 'comparison') return trace?.compare(mark, key, traceNs) ?? null;
  if (pane === 'drops') return drops?.inspect(key) ?? null;
  if (pane === 'connections') return connections.inspect(key, nowNs, trace);
  const found = processes.inspect(expression, key, nowNs);
  return found ? { pane: 'processes', ...found } : null;
}
