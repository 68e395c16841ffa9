import type { PaneName } from '../model/model.ts';
import { json } from '../output/formats/json.ts';
import { alertRecord } from '../panes/alerts/record.ts';
import { commandOf } from '../panes/registry.ts';
import { requestRecord } from '../panes/requests/record.ts';
import type { Gathered } from './gathering.ts';
import { type TarEntry, textEntry } from './tar.ts';

const TABLES = ['processes', 'connections', 'drops', 'listeners'] as const satisfies readonly PaneName[];

/** The rows as they were at the end, the requests and the alerts: JSON lines as the commands of these names print them. */
export function recordEntries({ last, untilUs, alerts, requests }: Gathered): TarEntry[] {
  const tables = TABLES.map((name) => {
    const { table } = commandOf(name);
    const rows = last[name]?.rows ?? [];
    return textEntry(
      `${name}.jsonl`,
      lines(table ? rows.map((row) => json.line(table.record, row as never, untilUs)) : []),
    );
  });
  const alertLines = alerts.map((row) => json.line(alertRecord, row, row.timeUs));
  const requestLines = requests.map((row) => json.line(requestRecord, row, row.timeUs));
  return [
    ...tables,
    textEntry('requests.jsonl', lines(requestLines)),
    textEntry('alerts.jsonl', lines(alertLines)),
  ];
}

export const lines = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('');
