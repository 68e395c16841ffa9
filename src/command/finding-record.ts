import { boolean, type RecordKind, string } from '../model/record.ts';
import type { Finding } from './doctor-report.ts';

/** What the doctor says, for programs. */
export const findingRecord: RecordKind<Finding> = {
  type: 'finding',
  about: '`nettop doctor --json`; the exit code is 1 where a needed one is not ok',
  fields: [
    string('what', ({ what }) => what, 'what was looked at, such as `"kernel"` or `"fentry programs"`'),
    boolean('ok', ({ ok }) => ok, 'it is there, and allowed'),
    boolean('needed', ({ needed }) => needed, 'without it nettop cannot run at all'),
    string('detail', ({ detail }) => detail, 'what was found'),
    string('hint', ({ ok, hint }) => (ok ? null : hint), 'how to get what is missing', 'where nothing is'),
  ],
};
