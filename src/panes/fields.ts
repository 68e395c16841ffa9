import type { Finding } from '../model/drop-cause.ts';
import { formatEndpoint } from '../text/format.ts';
import type { Line } from '../text/span.ts';
import { fit, wrap } from '../text/text.ts';
import { adviceFor } from './drops/advice.ts';

/** A line of an inspector: what it is, and its value. */
export type Field = readonly [label: string, value: string];

export const UNKNOWN = '-';
export const LABEL_CELLS = 18;

export const known = (value: number | string | null) =>
  value === null || value === '' ? UNKNOWN : String(value);
export const owner = (pid: number | null, process: string | null) =>
  pid === null ? UNKNOWN : `${process ?? '?'} (${pid})`;
export const host = (address: string, port: number | null) =>
  port === null ? address : formatEndpoint(address, port);

/** A network namespace: its inode, and its name where it has one. */
export function netnsField({ netns, netnsName }: { netns: number | null; netnsName: string | null }): Field {
  const text = netns !== null && netnsName !== null ? `${netns} (${netnsName})` : known(netns);
  return ['network namespace', text];
}

/** Why and where packets were dropped, and what to look at. */
export function dropFields(
  {
    reason,
    place,
    finding = null,
  }: { reason: string | null; place: string | null; finding?: Finding | null },
  width: number,
): Field[] {
  const advice = finding?.advice ?? adviceFor(reason);
  const fields: Field[] = reason === null && place === null ? [] : [['dropped', known(reason)]];
  if (place !== null) fields.push(['dropped in', place]);
  if (finding !== null) fields.push(['inferred', finding.cause]);
  const lines = advice === null ? [] : wrap(advice, width - LABEL_CELLS - 1);
  return [...fields, ...lines.map((line) => ['', line] as const)];
}

export function fieldLines(fields: readonly Field[]): Line[] {
  return fields.map(([label, value]) => [
    { text: fit(label, LABEL_CELLS), tone: 'muted' },
    { text: ` ${value}` },
  ]);
}
