import type { EventRow } from '../../model/model.ts';
import { boolean, number, object, type RecordKind, string, time } from '../../model/record.ts';
import { machineField } from '../machine.ts';
import { segmentDropFields } from './fault-record.ts';
import { icmpErrorFields, routeFields } from './life-record.ts';

/** One object a event in JSON. */
export const eventRecord: RecordKind<EventRow> = {
  type: 'event',
  about: '`nettop connections --events`',
  fields: [
    time('time', (row) => row.timeUs, 'when it happened'),
    string(
      'event',
      (row) => row.event,
      '`"connect"`, `"accept"`, `"established"`, `"state"` for other changes of state, `"retransmit"`, `"reset"`, `"close"`, `"failed"`',
    ),
    number('socket', (row) => row.socket, 'the same in all events of a socket', 'where there is none'),
    string(
      'protocol',
      (row) => row.protocol,
      '`"tcp"`; of a call that failed any that a connection below has',
    ),
    string(
      'state',
      (row) => row.state,
      'after and before the event',
      'where there is no socket, or no change',
    ),
    string(
      'previousState',
      (row) => row.previousState,
      'after and before the event',
      'where there is no socket, or no change',
    ),
    string('localAddress', (row) => row.localAddress, 'address of this end'),
    number('localPort', (row) => row.localPort, 'port of this end', 'where there is none yet'),
    string('remoteAddress', (row) => row.remoteAddress, 'address of the far end'),
    number('remotePort', (row) => row.remotePort, 'port of the far end', 'where there is none yet'),
    string(
      'remoteName',
      (row) => row.remoteName,
      'by which the far end was asked for',
      'where that is not known',
    ),
    string(
      'remoteNameSource',
      (row) => row.remoteNameSource,
      '`"sni"`: of this connection\'s TLS; `"host"`: of its HTTP; `"dns"`: an answer to the same process before; `"otherDns"`: one to another process, or later',
      'without name',
    ),
    number(
      'pid',
      (row) => row.pid,
      'the process that owns the socket',
      'where it is not known or there is no socket',
    ),
    string(
      'process',
      (row) => row.process,
      'the process that owns the socket',
      'where it is not known or there is no socket',
    ),
    number('netns', (row) => row.netns, 'inode of the network namespace', 'where not known'),
    number(
      'microseconds',
      (row) => row.us,
      'accept: since the connection was established; else since it began',
      'where that is not known',
    ),
    boolean(
      'atMost',
      (row) => row.atMost,
      'accept: `accept()` itself was not seen, it was not later than this',
    ),
    number('receiveBytes', (row) => row.rxBytes, 'payload so far', 'where there is no socket'),
    number('transmitBytes', (row) => row.txBytes, 'payload so far', 'where there is no socket'),
    number(
      'retransmits',
      (row) => row.retransmits,
      'segments retransmitted so far, SYNs too',
      'where there is no socket',
    ),
    string(
      'fault',
      (row) => row.fault,
      'of a retransmit: `"local"` where this kernel had dropped the segment, in any network namespace, or the acknowledgment of it; `"path"` where it dropped nothing of it',
      'at other events, and where it is not known',
    ),
    object(
      'drop',
      (row) => row.drop,
      segmentDropFields,
      'what this kernel had dropped, as in a connection',
      'where `fault` is not `"local"`',
    ),
    string('cause', (row) => row.cause, 'of close and failed, as `ending.cause` above', 'at other events'),
    string(
      'resetBy',
      (row) => row.resetBy,
      'as in `ending` of a connection, at a reset, close or failure',
      'at other events',
    ),
    string(
      'reason',
      (row) => row.reason,
      'as in `ending` of a connection, at a reset, close or failure',
      'at other events',
    ),
    string(
      'error',
      (row) => row.error,
      'as in `ending` of a connection, at a reset, close or failure',
      'at other events',
    ),
    object(
      'icmp',
      (row) => row.icmp,
      icmpErrorFields,
      'the ICMP message that ended the connection',
      'where there was none',
    ),
    object('route', (row) => row.route, routeFields, 'as in `ending` of a connection', 'at other events'),
    string(
      'call',
      (row) => row.call,
      '`"connect"`, `"bind"`, `"listen"`, `"send"` or `"receive"` (whichever way it sent or received): the call failed, before there was a connection or without one; the address is the one that it was given',
      'where no call failed',
    ),
    machineField,
  ],
};
