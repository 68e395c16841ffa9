import { ALERT_TITLES } from '../../model/alerts/alert.ts';
import { formatDuration, formatTimestamp } from '../../text/format.ts';
import type { Line } from '../../text/span.ts';
import { fit, wrap } from '../../text/text.ts';
import { fieldLines, host, known, netnsField, owner } from '../fields.ts';
import type { AlertRow } from './row.ts';

/** The longest name of a figure. */
const NAME_CELLS = 26;

/** What was seen, by which figures, and what would help. */
export function alertLines(row: AlertRow, width: number): Line[] {
  const { firstUs, lastUs, state, localAddress, localPort } = row;
  const span = formatDuration((lastUs - firstUs) / 1e6);
  const times = `${formatTimestamp(firstUs)} to ${formatTimestamp(lastUs)}, ${span}`;
  const paragraph = (text: string): Line[] => wrap(text, width - 2).map((line) => [{ text: `  ${line}` }]);
  const local = localAddress === null ? known(localPort) : host(localAddress, localPort);
  return [
    [{ text: ALERT_TITLES[row.kind], tone: state === 'end' ? 'strong' : 'bad' }],
    ...paragraph(row.message),
    [],
    ...fieldLines([
      ['state', state === 'end' ? 'ended' : 'on'],
      ['seen', times],
      ['process', owner(row.pid, row.process)],
      ['local', local],
      ['remote', known(row.remote)],
      netnsField(row),
    ]),
    [],
    [{ text: 'At its worst', tone: 'strong' }],
    ...Object.entries(row.evidence).map(
      ([name, value]): Line => [
        { text: fit(spaced(name), NAME_CELLS), tone: 'muted' },
        { text: ` ${value}` },
      ],
    ),
    [],
    [{ text: 'What to look at', tone: 'strong' }],
    ...paragraph(row.advice),
    ...commandLines(row.command, width),
  ];
}

/** It is shown whole: what is cut is no command any more. */
function commandLines(command: string | null, width: number): Line[] {
  if (command === null) return [];
  const lines = wrap(command, width - 4).map((line): Line => [{ text: `    ${line}`, tone: 'accent' }]);
  return [[], [{ text: 'A command that would help; nettop does not run it', tone: 'strong' }], ...lines];
}

/** "fillPercent" as "fill percent". */
const spaced = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
