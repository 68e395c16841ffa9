import type { Hook } from '../model.ts';
import { TextTable } from './table.ts';

/** A kernel function that gets packets, as `nettop functions` lists it. */
export interface FunctionRow {
  function: string;
  /** null: the kernel itself. */
  module: string | null;
  /** Which of its arguments is the packet, from 1. */
  skbArgument: number;
  arguments: number;
  /** How the trace would stand on it here; null: not at all. */
  rung: Hook | null;
  tracepoint: string | null;
  /** Why not, where the reason is the function's own. */
  reason: string | null;
}

/** The functions as a table. */
export function functionLines(rows: readonly FunctionRow[]): string[] {
  const table = new TextTable<FunctionRow>([
    { title: 'FUNCTION', width: 32, cell: (row) => row.function },
    { title: 'MODULE', width: 8, cell: ({ module }) => module ?? '' },
    {
      title: 'SKB ARG',
      width: 7,
      align: 'right',
      cell: (row) => `${row.skbArgument} of ${row.arguments}`,
    },
    { title: 'RUNG', width: 12, cell: rungOf },
  ]);
  table.widen(rows);
  return [table.header(), ...rows.map((row) => table.row(row))];
}

function rungOf({ rung, tracepoint, reason }: FunctionRow): string {
  if (rung) return tracepoint ? `${rung} ${tracepoint}` : rung;
  return reason ? `- ${reason}` : '-';
}

/** One JSON object a function. Fields may be added, none changes its meaning. */
export function functionJson(row: FunctionRow): string {
  return JSON.stringify({ type: 'function', ...row });
}
