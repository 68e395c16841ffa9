import { number, object, type RecordKind, string, time } from '../model/record.ts';
import type { FailedCall } from '../model/run.ts';
import { icmpErrorFields, routeFields } from '../panes/connections/life-record.ts';

/** Datagrams of a command that did not go out, or did not arrive. */
export const failedCallRecord: RecordKind<FailedCall> = {
  type: 'failedCall',
  about:
    '`nettop run --json`: calls to send or to receive that failed, of UDP, ICMP and raw sockets, those that failed alike as one',
  fields: [
    time('time', ({ row }) => row.timeUs, 'the first of them'),
    number('count', ({ count }) => count, 'how many'),
    string('call', ({ row }) => row.call ?? '', '`"send"` or `"receive"`, whichever way'),
    string('protocol', ({ row }) => row.protocol, 'as of a connection'),
    string('localAddress', ({ row }) => row.localAddress, 'address of this end'),
    number('localPort', ({ row }) => row.localPort, 'port of this end', 'where there is none'),
    string(
      'remoteAddress',
      ({ row }) => row.remoteAddress,
      'address of the far end, all zeros where none is known',
    ),
    number('remotePort', ({ row }) => row.remotePort, 'port of the far end', 'where there is none'),
    string('remoteName', ({ row }) => row.remoteName, 'by which it was asked for', 'where that is not known'),
    number('pid', ({ row }) => row.pid ?? 0, 'the process that called'),
    string('process', ({ row }) => row.process ?? '', 'its name'),
    number('netns', ({ row }) => row.netns, 'inode of the network namespace', 'where not known'),
    string('cause', ({ row }) => row.cause ?? '', 'as `ending.cause` of a connection'),
    string('reason', ({ row }) => row.reason, 'as in `ending` of a connection', 'where none is known'),
    string(
      'error',
      ({ row }) => row.error,
      'what the call returned, such as `"ECONNREFUSED"`',
      'where it has no name',
    ),
    object(
      'icmp',
      ({ row }) => row.icmp,
      icmpErrorFields,
      'the ICMP message that it came of',
      'where there was none',
    ),
    object(
      'route',
      ({ row }) => row.route,
      routeFields,
      'as in `ending` of a connection',
      'where it is not the cause',
    ),
  ],
};
