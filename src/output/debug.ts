import type { Hook } from '../model.ts';
import { TextTable } from './table.ts';

/** A traced function, as --debug-func lists it. */
export interface DebugRow {
  function: string;
  hook: Hook | null;
  tracepoint: string | null;
  shownAs: string;
  address: string;
  hits: number;
  headers: string[];
}

/** The functions as a table; under each the first bytes, from the network header on, of its first packets. */
export function debugLines(rows: DebugRow[]): string[] {
  const table = new TextTable<DebugRow>([
    { title: 'KERNEL FUNCTION', width: 22, cell: (row) => row.function },
    { title: 'ATTACHED', width: 30, cell: howAttached },
    { title: 'ADDRESS', width: 16, cell: ({ address }) => address || 'hidden' },
    { title: 'HITS', width: 10, align: 'right', cell: ({ hits }) => String(hits) },
  ]);
  return [table.header(), ...rows.flatMap((row) => [table.row(row), ...row.headers.map(dump)])];
}

function howAttached({ function: name, hook, tracepoint, shownAs }: DebugRow): string {
  if (hook === null) return 'not reached';
  if (tracepoint === null) return hook;
  return `tracepoint ${tracepoint}${shownAs === name ? '' : ` in ${shownAs}`}`;
}

function dump(hex: string): string {
  return `    ${hex.match(/.{1,8}/g)?.join(' ') ?? ''}`;
}
