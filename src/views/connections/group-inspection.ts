import type { Expression } from '../../filter/ast.ts';
import { CONNECTION_SETS, type ConnectionSet } from '../../model/connection-group.ts';
import type { Inspection } from '../../model/model.ts';
import type { GroupOfConnections } from './connection-groups.ts';
import type { Connections } from './connections.ts';
import { socketRanker } from './socket-order.ts';
import type { Tables } from './tables.ts';

const SHOWN = 200;

/** Groups of connections that are opened by their keys: with their members, or as histograms alone. */
export class GroupInspection {
  constructor(
    private readonly connections: Connections,
    private readonly tables: Tables,
    private readonly nowNs: () => number,
  ) {}

  /** null: it is gone, or the key is none of a group. */
  members(expression: Expression | null, key: string): Inspection | null {
    const group = this.find(expression, key);
    if (!group) return null;
    const nowNs = this.nowNs();
    const busiest = socketRanker(group.members)('rate', true).window(0, SHOWN);
    return {
      pane: 'connections',
      row: this.connections.groupRow(group, nowNs),
      connections: busiest.map((socket) => this.connections.row(socket, nowNs)),
      allConnections: group.members.length,
    };
  }

  distribution(expression: Expression | null, key: string): Inspection | null {
    const group = this.find(expression, key);
    return group && { pane: 'distribution', row: this.connections.groupRow(group, this.nowNs()) };
  }

  private find(expression: Expression | null, key: string): GroupOfConnections | null {
    const by = CONNECTION_SETS.find((one) => key.startsWith(`${one}:`));
    return by && by !== 'connection' ? this.tables.group(expression, by as ConnectionSet, key) : null;
  }
}
