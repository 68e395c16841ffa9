import type { Loss, Status } from '../model/model.ts';
import {
  array,
  type Field,
  number,
  object,
  type RecordKind,
  rounded,
  string,
  time,
} from '../model/record.ts';
import { COMMAND_PANES } from '../panes/registry.ts';
import { listed } from '../text/text.ts';

const lostFields: readonly Field<Loss>[] = [
  number('ringFull', (lost) => lost.ringFull, 'events that found no room in the buffer'),
  number('rateLimited', (lost) => lost.rateLimited, 'events over `--rate-limit`'),
  number(
    'recursionMissed',
    (lost) => lost.recursionMissed,
    'calls of a program that the kernel skipped, as one ran on that CPU already',
  ),
  number(
    'displayDropped',
    (lost) => lost.displayDropped,
    'events overtaken before they could be shown or written',
  ),
];

/** What writes it, as Markdown. */
const commands = [...COMMAND_PANES, 'fleet'].map(
  (name, place) => `\`${place === 0 ? 'nettop ' : ''}${name}\``,
);

/** A run at its end; `unjudged`: terms of the filter that the rows were not held against. */
export const summaryRecord: RecordKind<{ status: Status; unjudged: readonly string[] }> = {
  type: 'summary',
  about: `the last line of ${listed(commands)}, also when they are interrupted`,
  fields: [
    time('time', (_, timeUs) => timeUs, 'when the line was made'),
    string(
      'attach',
      (row) => row.status.attach,
      '`"tracepoints"`, `"fentry"`, `"kprobes"`, several joined by ` + `, or `"nothing"`',
    ),
    number(
      'events',
      (row) => row.status.events,
      "packets at functions that the trace's programs put into the buffer; 0 for the other commands",
    ),
    object('lost', (row) => row.status.lost, lostFields, 'events that are in no line, by cause'),
    array(
      'warnings',
      (row) => row.status.warnings,
      'what else is missing or could not be done, as the header of the live view says it',
    ),
    array(
      'notJudged',
      (row) => row.unjudged,
      'terms of the filter that the rows were not held against, as processes, connections and events do not tell them',
    ),
    number('durationSeconds', (row) => rounded(row.status.uptimeSeconds, 3), 'since nettop started'),
  ],
};
