import { array, number, type RecordKind, rate, rounded, string, time } from '../../model/record.ts';
import { machineField } from '../machine.ts';
import type { ServiceRow, ServicesLoss } from './row.ts';

const microseconds = (us: number): number => rounded(us, 3);

/** One object a service in JSON. */
export const serviceRecord: RecordKind<ServiceRow> = {
  type: 'service',
  about: '`nettop services`',
  fields: [
    time('time', (_, timeUs) => timeUs, 'when the line was made'),
    number('pid', (row) => row.pid, 'owner of the sockets', 'where it is not known'),
    string('process', (row) => row.process, 'owner of the sockets', 'where it is not known'),
    string('user', (row) => row.user, 'of that process', 'where it is not known'),
    number('port', (row) => row.port, 'TCP port at which it answers'),
    number('netns', (row) => row.netns, 'inode of the network namespace', 'where not known'),
    string('netnsName', (row) => row.netnsName, 'its name, as `ip netns` lists it', 'where it has none'),
    number('answers', (row) => row.answers, 'since the command started'),
    rate('answersPerSecond', (row) => row.perSecond),
    number(
      'meanMicroseconds',
      (row) => microseconds(row.meanUs),
      'from the last byte that a client said to the first one of the answer',
    ),
    number(
      'p50Microseconds',
      (row) => microseconds(row.p50Us),
      'half of the answers took less; at most an eighth above the true value, as are the other two',
    ),
    number('p95Microseconds', (row) => microseconds(row.p95Us), '95 % took less'),
    number('p99Microseconds', (row) => microseconds(row.p99Us), '99 % took less'),
    array(
      'histogram',
      (row) => row.slots.map(({ belowUs, answers }) => ({ belowMicroseconds: belowUs, answers })),
      'answers by how long they took, as objects with `belowMicroseconds` and `answers`; slots without answers are left out, and each begins where the one before it ends, or an eighth to a half lower',
    ),
    machineField,
  ],
};

/** Answers that are in no row. */
export const servicesLossRecord: RecordKind<ServicesLoss> = {
  type: 'servicesLost',
  about: '`nettop services`, where answers are in no line',
  fields: [
    time('time', (_, timeUs) => timeUs, 'when the line was made'),
    number('answers', (lost) => lost.answers, "answers that found no room in the kernel's map"),
    number('unfollowed', (lost) => lost.unfollowed, 'packets of sockets that found no memory to be followed'),
    number(
      'evicted',
      (lost) => lost.evicted,
      'services that made room, as they had not answered for longest',
    ),
  ],
};
