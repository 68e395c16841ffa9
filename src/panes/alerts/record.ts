import { type Field, number, type RecordKind, string, time } from '../../model/record.ts';
import { machineField } from '../machine.ts';
import type { AlertRow } from './row.ts';

const evidence: Field<AlertRow> = {
  name: 'evidence',
  type: 'object',
  about:
    'the figures by which it was judged, as they were when it was worst; their names depend on the kind and end with their units (docs/alerts.md)',
  absent: null,
  value: (row) => row.evidence,
};

/** One object each time when an alert begins, goes on and ends. */
export const alertRecord: RecordKind<AlertRow> = {
  type: 'alert',
  about: '`nettop alerts`',
  fields: [
    time('time', (row) => row.timeUs, 'when it was seen to begin, or seen last'),
    string(
      'state',
      (row) => row.state,
      '`"begin"` once, `"ongoing"` every ten seconds while it goes on, `"end"` once',
    ),
    string('kind', (row) => row.kind, 'such as `"conntrackFull"`; all of them: docs/alerts.md'),
    time('begun', (row) => row.firstUs, 'when it was seen first'),
    time('last', (row) => row.lastUs, 'when it was seen last'),
    number('pid', (row) => row.pid, 'of the process that it is about', 'where there is none'),
    string('process', (row) => row.process, 'its name', 'where there is none'),
    string('localAddress', (row) => row.localAddress, 'the address that it is about', 'where there is none'),
    number('localPort', (row) => row.localPort, 'the port that it is about', 'where there is none'),
    string(
      'remote',
      (row) => row.remote,
      'the far end: an address, one with its port, or a network such as `203.0.113.0/24`',
      'where there is no one far end',
    ),
    number('netns', (row) => row.netns, 'inode of the network namespace', 'where it is about none'),
    string('netnsName', (row) => row.netnsName, 'its name, as `ip netns` lists it', 'where it has none'),
    evidence,
    string('message', (row) => row.message, 'the same as a sentence'),
    string('advice', (row) => row.advice, 'what to look at'),
    string(
      'command',
      (row) => row.command,
      'a command for a shell that would help; nettop never runs it',
      'where there is none',
    ),
    machineField,
  ],
};
