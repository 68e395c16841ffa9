import type { Status } from '../model/model.ts';
import { clip, type Line } from '../text/span.ts';
import { fit } from '../text/text.ts';
import { keys, type PaneKey } from './keys.ts';

const KEY_CELLS = 13;
const COLUMN_CELLS = 52;

function keyLines(group: PaneKey['group']): Line[] {
  const members = keys.filter((key) => key.group === group);
  return [
    [{ text: group, tone: 'strong' }],
    ...members.map(({ shown, label }) => [
      { text: `  ${fit(shown, KEY_CELLS)}`, tone: 'accent' as const },
      { text: label },
    ]),
    [],
  ];
}

function statusLines({ points, warnings }: Status): Line[] {
  const trace = points.map(({ function: name, hook, tracepoint, shownAs, symbol }): Line => {
    const where = symbol ? ` on ${symbol}` : shownAs === name ? '' : `, shown as ${shownAs}`;
    const how = hook === null ? 'not reached' : `${hook} ${tracepoint ?? ''}`.trim() + where;
    return [{ text: `  ${fit(name, 24)}` }, { text: how, tone: hook === null ? 'caution' : 'muted' }];
  });
  const sentences = warnings.map((text): Line => [{ text: `  ! ${text}`, tone: 'caution' }]);
  const title = (text: string): Line => [{ text, tone: 'strong' }];
  return [
    title('Trace points'),
    ...trace,
    [],
    ...(sentences.length > 0 ? [title('Warnings'), ...sentences, []] : []),
  ];
}

function besides(left: Line[], right: Line[]): Line[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => {
    const start = clip(left[index] ?? [], COLUMN_CELLS);
    const used = start.reduce((sum, span) => sum + span.text.length, 0);
    return [...start, { text: ' '.repeat(COLUMN_CELLS - used) }, ...(right[index] ?? [])];
  });
}

/** Every key, and how each function is watched; in two columns where the width allows. */
export function helpLines(columns: number, status: Status | undefined): Line[] {
  const groups = [...new Set(keys.map((key) => key.group))];
  const how = status === undefined ? [] : statusLines(status);
  const half = groups.indexOf('Trace');
  const first = groups.slice(0, half).flatMap(keyLines);
  const second = groups.slice(half).flatMap(keyLines);
  const all =
    columns >= 2 * COLUMN_CELLS - 8 ? [...besides(first, second), ...how] : [...first, ...second, ...how];
  return all.map((spans) => clip([{ text: ' ' }, ...spans], columns));
}
