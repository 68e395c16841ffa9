import { array, boolean, number, object, type RecordKind, rounded, string } from '../model/record.ts';
import type { Comparison, Difference } from './comparison.ts';
import { type Figures, PART_NAMES, PARTS, type Part } from './figures.ts';
import type { Gathered } from './gathering.ts';

/** A comparison with the files that it is of. */
export interface Compared extends Comparison {
  files: readonly [before: string, after: string];
}

interface Side {
  file: string;
  gathered: Gathered;
}

const sideFields = [
  string<Side>('file', ({ file }) => file, 'the recording'),
  number<Side>('durationSeconds', ({ gathered }) => rounded(gathered.seconds, 6), 'how long it is'),
  array<Side>(
    'notRecorded',
    ({ gathered: { parts } }) => PART_NAMES.filter((part) => !parts[part]),
    'parts that are not in it: nothing is known of them',
  ),
  array<Side>('warnings', ({ gathered }) => gathered.warnings, 'what is missing in it'),
];

/** The first line. */
export const diffRecord: RecordKind<Compared> = {
  type: 'diff',
  about: '`nettop diff --json`: the first line. One for each thing that is in either recording follows',
  fields: [
    object(
      'before',
      ({ files, before }) => ({ file: files[0], gathered: before }),
      sideFields,
      'of one recording',
    ),
    object(
      'after',
      ({ files, after }) => ({ file: files[1], gathered: after }),
      sideFields,
      'of the other one',
    ),
    boolean(
      'perSecond',
      ({ isPerSecond }) => isPerSecond,
      'sums in the lines that follow are by the second, as one recording is longer than the other; times are what they are',
    ),
  ],
};

const FIGURES = [
  ...new Map(PART_NAMES.flatMap((part) => PARTS[part].figures.map((one) => [one.name, one]))).values(),
];
const ABOUT: Readonly<Record<string, string>> = {
  transmitBytes: 'payload',
  receiveBytes: 'payload',
  connections: 'that were there',
  failed: 'of them, those that were not made',
  retransmits: 'segments retransmitted, SYNs included',
  connectMicroseconds: 'from SYN to ESTABLISHED: half of the connections took less',
  requests: 'that were seen, those too that were under way at the end',
  errors: 'of them, those that failed by the server, or got no answer',
  p50Microseconds: 'to the first byte of an answer: half took less',
  p95Microseconds: '95 % took less',
  p99Microseconds: '99 % took less',
  waitedMicroseconds: 'all these times together',
  answers: 'that were timed',
  drops: 'packets',
};

const figureFields = FIGURES.map(({ name }) =>
  number<Figures>(
    name,
    (figures) => {
      const value = figures[name] ?? null;
      return value === null ? null : rounded(value, 6);
    },
    ABOUT[name] ?? '',
    'where the part has no such figure, or there is nothing that it could be measured of',
  ),
);

const orders = (part: Part) => PARTS[part].order.map((name) => `\`${name}\``).join(' and ');

/** A thing. */
export const differenceRecord: RecordKind<Difference> = {
  type: 'difference',
  about: '`nettop diff --json`, by part; what changed most comes first',
  fields: [
    string('part', ({ part }) => part, PART_NAMES.map((part) => `\`"${part}"\``).join(', ')),
    string(
      'key',
      ({ key }) => key,
      'what it is: a process by name; a process with the far end, or the port, of its connections; a protocol with the host or name that was asked; a process with its port; a reason with place and process',
    ),
    object(
      'before',
      ({ before }) => before,
      figureFields,
      'in one recording',
      'where its part was not recorded',
    ),
    object(
      'after',
      ({ after }) => after,
      figureFields,
      'in the other one',
      'where its part was not recorded',
    ),
    number(
      'change',
      ({ change }) => (change === null ? null : rounded(change, 6)),
      `how much more there is of what its part is in order by: ${PART_NAMES.map((part) => `of ${part} ${orders(part)}`).join(', ')}`,
      'where one of the two is',
    ),
  ],
};
