import type { ConnectionRow } from '../../model/model.ts';
import {
  type Field,
  number,
  object,
  type RecordKind,
  rate,
  rounded,
  string,
  time,
} from '../../model/record.ts';
import { machineField } from '../machine.ts';
import { faultFields } from './fault-record.ts';
import { backlogFields, endingFields, heardFields, lifeFields } from './life-record.ts';
import { tcpFields } from './tcp-record.ts';

/** What a connection has at each of its ends. */
const endFields: readonly Field<ConnectionRow>[] = [
  time('time', (_, timeUs) => timeUs, 'when the line was made'),
  string(
    'protocol',
    (row) => row.protocol,
    '`"tcp"`, `"udp"`, `"icmp"` and `"icmp6"` (the sockets of an unprivileged `ping`), `"mptcp"`, `"sctp"`, `"udplite"`; `"raw"` and `"packet"` by the kind of socket',
  ),
  number(
    'ipProtocol',
    (row) => row.ipProtocol,
    "IP protocol of the socket's packets, of a raw socket the one that it receives",
    'for packet sockets',
  ),
  number(
    'ethertype',
    (row) => row.ethertype,
    'of a packet socket, what it receives: 2048 is IPv4, 3 every frame, 0 nothing',
    'for others',
  ),
  string(
    'state',
    (row) => row.state,
    'such as `"ESTABLISHED"`, `"SYN_SENT"`, `"FIN_WAIT1"`, `"CLOSE_WAIT"`, `"LISTEN"`, `"TIME_WAIT"`; of UDP and others `"OPEN"`, or `"CLOSE"` once its process has closed it',
  ),
  string('localAddress', (row) => row.localAddress, 'address of this end; `""` for a packet socket'),
  number(
    'localPort',
    (row) => row.localPort,
    'port of this end; of `"icmp"` the echo\'s identifier; raw and packet sockets have none: 0',
  ),
  string(
    'remoteAddress',
    (row) => row.remoteAddress,
    'address of the far end. Each far end of a UDP socket that is not connected is an object of its own',
  ),
  number(
    'remotePort',
    (row) => row.remotePort,
    'port of the far end; 0 where anybody may send: a listener, a UDP socket that is not connected',
  ),
  string(
    'remoteName',
    (row) => row.remoteName,
    'by which the far end was asked for',
    'where that is not known: names are learned from the start of nettop on',
  ),
  string(
    'remoteNameSource',
    (row) => row.remoteNameSource,
    '`"sni"`: of this connection\'s TLS; `"host"`: of its HTTP; `"dns"`: an answer to the same process before; `"otherDns"`: one to another process, or later',
    'without name',
  ),
  string(
    'interface',
    (row) => row.interface,
    'the interface that the socket is bound to, also by the zone of a link-local address (`fe80::1%eth0`); `#12` by its number where its name is not known',
    'none',
  ),
  number('pid', (row) => row.pid, 'owner of the socket', 'where not known'),
  string('process', (row) => row.process, 'owner of the socket', 'where not known'),
  number(
    'receiveBytes',
    (row) => row.rxBytes,
    'payload since the connection opened, of UDP since nettop started; of a UDP socket without what its far ends have, so that all its objects together are what it moved',
    'in `TIME_WAIT` where it closed before, and for packet sockets, whose bytes are not counted',
  ),
  number(
    'transmitBytes',
    (row) => row.txBytes,
    'payload since the connection opened, of UDP since nettop started; of a UDP socket without what its far ends have, so that all its objects together are what it moved',
    'in `TIME_WAIT` where it closed before, and for packet sockets, whose bytes are not counted',
  ),
  rate('receiveBytesPerSecond', (row) => row.rxRate),
  rate('transmitBytesPerSecond', (row) => row.txRate),
  number('rttMicroseconds', (row) => row.rttUs, 'smoothed round-trip time', 'before the first measurement'),
  number('retransmits', (row) => row.retransmits, 'segments retransmitted, SYNs included'),
  ...faultFields,
  number(
    'ageSeconds',
    (row) => (row.ageSeconds === null ? null : rounded(row.ageSeconds, 3)),
    '`null` where nettop did not see it open, as it is older',
    'where nettop did not see it open, as it is older',
  ),
  number('netns', (row) => row.netns, 'inode of the network namespace', 'where not known'),
  string('netnsName', (row) => row.netnsName, 'its name, as `ip netns` lists it', 'where it has none'),
  object(
    'tcp',
    (row) => row.tcp,
    tcpFields,
    "the kernel's own figures as in `struct tcp_info`",
    'for a listener, for UDP and in `TIME_WAIT`',
  ),
  object(
    'backlog',
    (row) => row.backlog,
    backlogFields,
    'connections that wait at a listener',
    'where it is no listener',
  ),
  number(
    'socketDrops',
    (row) => row.socketDrops,
    'packets that the socket dropped by its own count since it was opened, as `d` in `ss -m`',
    'where the kernel has no whole socket',
  ),
  object(
    'icmp',
    (row) => row.icmp,
    heardFields,
    'the newest ICMP message about what it sent, while it is open and nothing was acknowledged since, or its segments are smaller for it',
    'where there is none, or it was not seen',
  ),
  object(
    'life',
    (row) => row.life,
    lifeFields,
    'what was seen of it from its first moment on',
    'where the connection is older than nettop, or had no SYN',
  ),
  object('ending', (row) => row.ending, endingFields, 'how it ended', 'while the connection is open'),
];

/** Those of the other end that are not told by this one's. */
const OF_OTHER_END = [
  'state',
  'pid',
  'process',
  'receiveBytes',
  'transmitBytes',
  'receiveBytesPerSecond',
  'transmitBytesPerSecond',
  'rttMicroseconds',
  'retransmits',
  'ageSeconds',
  'netns',
  'netnsName',
  'tcp',
  'socketDrops',
  'ending',
];

/** One object a connection in JSON. */
export const connectionRecord: RecordKind<ConnectionRow> = {
  type: 'connection',
  about: '`nettop connections`',
  fields: [
    ...endFields,
    machineField,
    object(
      'otherEnd',
      (row) => row.otherEnd ?? null,
      [machineField, ...endFields.filter(({ name }) => OF_OTHER_END.includes(name))],
      'with `--ssh`, the same connection as its other end has it',
      'where that is on no machine that is watched',
    ),
  ],
};
