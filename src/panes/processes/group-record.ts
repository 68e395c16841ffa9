import type { Grouping, ProcessRow } from '../../model/model.ts';
import { number, object, type RecordKind, rate, string, time } from '../../model/record.ts';
import { machineField } from '../machine.ts';
import { wireFields } from './record.ts';

/** What a row is put together by, in the words of --by. */
const byOf = (by: Grouping): string => (by === 'tree' ? 'parent' : by);

/** What tells the group from others of its kind: a row's key without the kind. */
function keyOf({ key, group }: ProcessRow): string {
  const kind = `${group?.by}:`;
  return key.startsWith(kind) ? key.slice(kind.length) : key;
}

/** One object a group of processes in JSON. */
export const processGroupRecord: RecordKind<ProcessRow> = {
  type: 'processGroup',
  about: '`nettop processes --by WORD`',
  fields: [
    time('time', (_, timeUs) => timeUs, 'when the line was made'),
    string(
      'by',
      ({ group }) => byOf(group?.by ?? 'process'),
      'what the processes are put together by: `"container"`, `"unit"`, `"user"`, `"parent"` or `"name"`',
    ),
    string(
      'key',
      keyOf,
      'what tells the group from others: a container\'s id, a unit, a user\'s number, a name; of `"parent"` the process\'s number with its start. `""` is for those without container or unit, `"?"` for those that ended before it was known',
    ),
    string('name', ({ process }) => process, 'what the group is called on the screen'),
    number('pid', ({ pid }) => pid || null, 'of `"parent"`: the process at the top', 'of other groups'),
    number(
      'depth',
      ({ group }) => group?.depth ?? 0,
      'of `"parent"`: how many ancestors are above it; else 0',
    ),
    string(
      'user',
      ({ user }) => user,
      'whose all its processes are, or of `"parent"` the one at the top; `"-"` where they are of several',
    ),
    number(
      'processes',
      ({ group }) => group?.processes ?? 1,
      'that own sockets; all figures are their sums. Of `"parent"` those below count too',
    ),
    number('connections', (row) => row.connections, 'TCP connections that are open'),
    number('receiveBytes', (row) => row.rxBytes, 'payload since nettop started'),
    number('transmitBytes', (row) => row.txBytes, 'payload since nettop started'),
    rate('receiveBytesPerSecond', (row) => row.rxRate),
    rate('transmitBytesPerSecond', (row) => row.txRate),
    object('wire', (row) => row.wire, wireFields, 'frames on the wire', 'without `--wire`'),
    machineField,
  ],
};
