import type { Expression } from '../../filter/ast.ts';
import type { Machine } from '../../machine/machine.ts';
import type { PaneSource } from '../../model/source.ts';
import { ConnectionInspection, type Trace } from './connection-inspection.ts';
import type { Connections } from './connections.ts';
import { Tables } from './tables.ts';

/** The connections pane, over the ledger. `trace`: what has the packets of a connection, while there is any. */
export function connectionsSource(
  connections: Connections,
  trace: () => Trace | undefined,
  machine: Machine,
): PaneSource<'connections'> {
  const tables = new Tables(connections, () => machine.nowNs());
  const inspection = new ConnectionInspection(connections, machine.epochUs());
  let expression: Expression | null = null;
  return {
    setFilter(wanted) {
      expression = wanted;
      tables.invalidate();
    },
    tick(tick) {
      inspection.tick(tick.nowNs);
      tables.invalidate();
    },
    view: (asked) => tables.viewConnections(expression, asked),
    inspect: (key) => inspection.inspect(key, machine.nowNs(), trace()),
  };
}
