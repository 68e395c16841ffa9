import type { Expression } from '../../filter/ast.ts';
import type { Machine } from '../../machine/machine.ts';
import type { PaneSource, Source } from '../../model/source.ts';
import type { Facts } from '../processes/process-groups.ts';
import { ConnectionInspection, type Trace } from './connection-inspection.ts';
import type { Connections } from './connections.ts';
import { GroupInspection } from './group-inspection.ts';
import { Tables } from './tables.ts';

/**
 * The connections pane, over the ledger, and the histograms of its groups. `trace`: what has the packets of a
 * connection, while there is any.
 */
export function connectionsSource(
  connections: Connections,
  facts: Facts,
  trace: () => Trace | undefined,
  machine: Machine,
): { connections: PaneSource<'connections'>; distribution: Source } {
  const nowNs = () => machine.nowNs();
  const tables = new Tables(connections, nowNs, facts);
  const inspection = new ConnectionInspection(connections, machine.epochUs());
  const groups = new GroupInspection(connections, tables, nowNs);
  let expression: Expression | null = null;
  return {
    connections: {
      setFilter(wanted) {
        expression = wanted;
        tables.invalidate();
      },
      tick(tick) {
        inspection.tick(tick.nowNs);
        tables.invalidate();
      },
      view: (asked) => tables.viewConnections(expression, asked),
      inspect: (key) => groups.members(expression, key) ?? inspection.inspect(key, nowNs(), trace()),
    },
    distribution: { inspect: (key) => groups.distribution(expression, key) },
  };
}
