import type { DebugRow } from '../model/function.ts';
import type { RowSource } from '../model/question.ts';
import { TRACED } from '../panes/registry.ts';
import { NO_REPORT } from './report.ts';
import { TextTable } from './table.ts';
import { runText, type TextRun } from './text.ts';

export interface DebugSource extends RowSource {
  debug(): Promise<DebugRow[]>;
}

/** Lists the traced functions when they are attached, and again with what passed when the run ends. */
export async function runDebug(
  source: DebugSource,
  run: Omit<TextRun, 'source' | 'report' | 'note'>,
): Promise<void> {
  let atEnd: string[] = [];
  let first: Promise<void> | null = null;
  const list = async (): Promise<void> => run.writer.lines(debugLines(await source.debug()));
  await runText({
    ...run,
    source: {
      ask: (question) => source.ask(question),
      onAnswer: () =>
        source.onAnswer(() => {
          first ??= list();
        }),
      onFailure: (listener) => source.onFailure(listener),
      onRows: (of, listener) => source.onRows(of, listener),
      stop: () => source.stop(),
      finish: async (impatience) => {
        const space = first ? [''] : [];
        first ??= Promise.resolve(); // an end before the first answer: one list is enough
        await first;
        atEnd = [...space, ...debugLines(await source.debug())];
        return source.finish(impatience);
      },
    },
    report: { ...NO_REPORT, views: TRACED.asked, stream: TRACED.of, end: () => atEnd },
    note: null,
  });
}

/** The functions as a table; under each the first bytes of its first packets. */
export function debugLines(rows: DebugRow[]): string[] {
  const table = new TextTable<DebugRow>([
    { title: 'KERNEL FUNCTION', width: 22, cell: (row) => row.function },
    { title: 'ATTACHED', width: 45, cell: howAttached },
    { title: 'ADDRESS', width: 16, cell: ({ address }) => address || 'hidden' },
    { title: 'HITS', width: 10, align: 'right', cell: ({ hits }) => String(hits) },
  ]);
  table.widen(rows);
  return [table.header(), ...rows.flatMap((row) => [table.row(row), ...row.headers.map(dump)])];
}

function howAttached({ function: name, hook, tracepoint, shownAs, symbol }: DebugRow): string {
  if (hook === null) return 'not reached';
  if (tracepoint === null) return symbol ? `${hook} on ${symbol}` : hook;
  return `tracepoint ${tracepoint}${shownAs === name ? '' : ` in ${shownAs}`}`;
}

function dump(hex: string): string {
  return `    ${hex.match(/.{1,8}/g)?.join(' ') ?? ''}`;
}
