import type { Bucket } from '../../model/log2-buckets.ts';
import type { ConnectionRow } from '../../model/model.ts';
import { array, number, type RecordKind, rate, rounded, string, time } from '../../model/record.ts';
import { machineField } from '../machine.ts';

const timeBuckets = (buckets: readonly Bucket[] = []) =>
  buckets.map(({ below, count }) => ({ belowMicroseconds: below, connections: count }));

const countBuckets = (buckets: readonly Bucket[] = []) =>
  buckets.map(({ below, count }) => ({ below, connections: count }));

/** One object a group of connections in JSON. */
export const connectionGroupRecord: RecordKind<ConnectionRow> = {
  type: 'connectionGroup',
  about: '`nettop connections --by WORD`',
  fields: [
    time('time', (_, timeUs) => timeUs, 'when the line was made'),
    string(
      'by',
      ({ group }) => group?.by ?? '',
      'what the connections are put together by: `"host"` and `"network"` of the far end, `"port"`, `"process"`, `"container"` or `"state"`',
    ),
    string(
      'key',
      ({ group }) => group?.key ?? '',
      'what tells the group from others: an address, a network of 24 bits (IPv6: 64), a protocol and port such as `"tcp/443"`, a process\'s number with its start, a container\'s id, a state or why it ended. `""`: nobody in particular, as of a listener, or no container; `"?"`: the process is not known',
    ),
    string('name', ({ group }) => group?.name ?? '', 'what the group is called on the screen'),
    number('pid', ({ pid }) => pid, 'of `"process"`: its process id', 'of other groups'),
    string(
      'remoteName',
      (row) => row.remoteName,
      'of `"host"`: the name by which all its connections were asked for',
      'where there is none, or there are several',
    ),
    number(
      'connections',
      ({ group }) => group?.connections ?? 0,
      'lines that `nettop connections` has of them: open, closed within the last minute, listeners, other protocols. All figures are of these',
    ),
    number('closedConnections', ({ group }) => group?.closed ?? 0, 'of them, those that are closed'),
    number('receiveBytes', (row) => row.rxBytes, 'the sum of theirs', 'where none of them is counted'),
    number('transmitBytes', (row) => row.txBytes, 'the sum of theirs', 'where none of them is counted'),
    rate('receiveBytesPerSecond', (row) => row.rxRate),
    rate('transmitBytesPerSecond', (row) => row.txRate),
    number(
      'worstRttMicroseconds',
      (row) => row.rttUs,
      'the longest round trip of one',
      'where none was measured',
    ),
    number(
      'retransmits',
      (row) => row.retransmits,
      'segments retransmitted, SYNs included: the sum of theirs',
    ),
    number(
      'worstRetransmitShare',
      ({ group }) => (group?.worstShare == null ? null : rounded(group.worstShare, 6)),
      'the largest part of its segments that one of them retransmitted, from 0 to 1',
      'where none of them sent any',
    ),
    array(
      'rttHistogram',
      ({ group }) => timeBuckets(group?.rtt),
      'connections by their round trip, as objects with `belowMicroseconds`, a power of two, and `connections`: those from half of it on. Empty buckets are left out',
    ),
    array(
      'connectHistogram',
      ({ group }) => timeBuckets(group?.connect),
      'the same by the time from the first SYN to ESTABLISHED, of those that connected since nettop looks',
    ),
    array(
      'retransmitHistogram',
      ({ group }) => countBuckets(group?.retransmits),
      'connections of TCP by the segments that each retransmitted, as objects with `below`, a power of two, and `connections`: those from half of it on, and with 1 those that retransmitted none',
    ),
    machineField,
  ],
};
