import type { FunctionRow } from '../model/function.ts';
import { TextTable } from './table.ts';

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
