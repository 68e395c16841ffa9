import {
  array,
  boolean,
  type Field,
  number,
  object,
  type RecordKind,
  rounded,
  string,
  time,
} from '../../model/record.ts';
import { machineField } from '../machine.ts';
import type {
  DnsExchange,
  QuicExchange,
  RequestLoss,
  RequestRow,
  RequestTotals,
  TlsExchange,
} from './row.ts';
import { stageFields } from './stage-record.ts';
import type { TextTotals } from './texts.ts';

const microseconds = (us: number | null): number | null => (us === null ? null : rounded(us, 3));

const dnsFields: readonly Field<DnsExchange>[] = [
  string('name', (dns) => dns.name, 'that was asked for'),
  string('type', (dns) => dns.type, 'such as `"AAAA"`'),
  string('rcode', (dns) => dns.rcode, 'such as `"NXDOMAIN"`', 'without answer'),
  array('answers', (dns) => dns.answers, 'the first eight; one of another type has that before it'),
  boolean(
    'truncated',
    (dns) => dns.isTruncated,
    'not all fitted into the datagram: the client is to ask by TCP',
  ),
];

const tlsFields: readonly Field<TlsExchange>[] = [
  string('serverName', (tls) => tls.serverName, 'as the client sent it', 'where it names none'),
  string('alpn', (tls) => tls.alpn, 'what the server chose', 'without, and encrypted in TLS 1.3'),
  array('alpnOffered', (tls) => tls.alpnOffered, 'by the client'),
  string('version', (tls) => tls.version, 'what the server chose, such as `"TLS 1.3"`', 'without answer'),
  string('versionOffered', (tls) => tls.versionOffered, 'highest of the client', 'where it is not known'),
  string('cipher', (tls) => tls.cipher, 'by its name of IANA without `TLS_`, or in hex', 'without answer'),
  boolean('ech', (tls) => tls.ech, 'the client sent Encrypted ClientHello, be it as GREASE'),
  string(
    'alert',
    (tls) => tls.alert,
    'why one end broke it off, such as `"protocol_version"`; `"encrypted"`: it said so encrypted',
    'where none did',
  ),
];

const quicFields: readonly Field<QuicExchange>[] = [
  number('version', (quic) => quic.version, '1 (RFC 9000), or 2 (RFC 9369)'),
];

/** One object a request in JSON. */
export const requestRecord: RecordKind<RequestRow> = {
  type: 'request',
  about: '`nettop requests`: as it ended, or when nothing of it is waited for any more',
  fields: [
    time('time', (row) => row.timeUs, 'when it began'),
    string(
      'protocol',
      (row) => row.protocol,
      '`"http"` (HTTP/1; with `tls` not null: within TLS), `"http2"`, `"dns"`, `"tls"` (a handshake), `"quic"` (likewise), `"redis"`, `"postgresql"`, `"mysql"`',
    ),
    string('side', (row) => row.side, 'at which end it was seen: `"client"`, `"server"`'),
    number('pid', (row) => row.pid, 'owner of the socket', 'where it is not known'),
    string('process', (row) => row.process, 'owner of the socket', 'where it is not known'),
    string('user', (row) => row.user, 'of that process', 'where it is not known'),
    string('localAddress', (row) => row.localAddress, 'of this end'),
    number('localPort', (row) => row.localPort, 'of this end'),
    string('remoteAddress', (row) => row.remoteAddress, 'of the other end'),
    number('remotePort', (row) => row.remotePort, 'of the other end'),
    number('netns', (row) => row.netns, 'inode of the network namespace', 'where it is not known'),
    string('netnsName', (row) => row.netnsName, 'its name, as `ip netns` lists it', 'where it has none'),
    string(
      'method',
      (row) => row.method,
      'of HTTP; of DNS the type; elsewhere the command',
      'where it is not known',
    ),
    string('host', (row) => row.host, 'of HTTP, as the client named it', 'where it is not known'),
    string(
      'path',
      (row) => row.path,
      'of HTTP, with the names of its query; with `--query` also its values, those of credentials as `…`',
      'where it is not known',
    ),
    string(
      'statement',
      (row) => row.statement,
      'of PostgreSQL and MySQL, its first words, with `?` for each literal',
      'elsewhere',
    ),
    number('status', (row) => row.status, 'of HTTP', 'without answer'),
    number(
      'grpcStatus',
      (row) => row.grpcStatus,
      'of gRPC: `grpc-status`, as the trailers have it; 0 is OK',
      'elsewhere, and where it was not said',
    ),
    string(
      'outcome',
      (row) => row.outcome,
      'of Redis, PostgreSQL and MySQL: `"ok"`, or the code of an error, such as `"42P01"`',
      'without answer',
    ),
    number(
      'firstByteMicroseconds',
      (row) => microseconds(row.firstByteUs),
      "from the request's first byte to the answer's",
      'without answer',
    ),
    number(
      'totalMicroseconds',
      (row) => microseconds(row.totalUs),
      "from the request's first byte to the answer's last; of TLS to the end of the handshake",
      'where the end is not known, as of QUIC',
    ),
    number(
      'requestBytes',
      (row) => row.requestBytes,
      'heads and body, as on the wire',
      'where it is not known',
    ),
    number(
      'responseBytes',
      (row) => row.responseBytes,
      'heads and body, as on the wire',
      'where it is not known',
    ),
    string('upgrade', (row) => row.upgrade, 'what the connection was switched to', 'where it was not'),
    object('dns', (row) => row.dns, dnsFields, 'of DNS', 'elsewhere'),
    object(
      'tls',
      (row) => row.tls,
      tlsFields,
      'of TLS and QUIC; of a request within TLS what its handshake said',
      'elsewhere',
    ),
    object('quic', (row) => row.quic, quicFields, 'of QUIC', 'elsewhere'),
    object(
      'stages',
      (row) => row.stages,
      stageFields,
      'when what had happened, in microseconds from `time` on; what came before is below 0',
    ),
    number(
      'peerPid',
      (row) => row.peer?.pid ?? null,
      'owner of the socket at the other end, which has a line of its own',
      'where that is not on this machine, or was not seen',
    ),
    string('peerProcess', (row) => row.peer?.process ?? null, 'owner of that socket', 'as `peerPid`'),
    string(
      'incomplete',
      (row) => row.incomplete,
      'why something is not known: `"head cut"`, `"joined in the middle"`, `"pieces lost"`, `"no answer"`, `"late answer"` (of DNS, told before with `"no answer"`), `"cut short"`, `"reset"`, `"not followed"`, `"under way"`',
      'where all is known',
    ),
    machineField,
  ],
};

const lossFields: readonly Field<RequestLoss>[] = [
  number(
    'requests',
    (lost) => lost.requests,
    "requests that found no room in the kernel's ring, with their answers; of DNS those whose answer tells nothing of them",
  ),
  number('pieces', (lost) => lost.pieces, 'other pieces that found none: the lines of their requests say so'),
  number('unfollowed', (lost) => lost.unfollowed, 'packets of sockets that found no memory to be followed'),
  number(
    'heldBack',
    (lost) => lost.heldBack,
    'requests and handshakes over `--rate-limit`, with their answers: once, where both ends are here; of QUIC those over 100 a second, at each end',
  ),
  number('givenUp', (lost) => lost.givenUp, 'connections that were given up, as there were too many'),
  number('overtaken', (lost) => lost.overtaken, 'requests that made room for newer ones'),
  number('unread', (lost) => lost.unread, 'requests that nobody read in time'),
];

const textFields: readonly Field<TextTotals>[] = [
  number('files', (texts) => texts.files, 'libraries and programs whose functions are watched'),
  number(
    'unplaced',
    (texts) => texts.unplaced,
    'sessions whose socket was not found, of which nothing is told',
  ),
  array(
    'hidden',
    (texts) => texts.hidden,
    'processes that speak TLS with what is not seen, each with `pid`, `process` and `why`',
  ),
  number('givenUp', (texts) => texts.givenUp, 'sessions that were given up, as there were too many'),
  number('pieces', (texts) => texts.pieces, "pieces that found no room in the kernel's ring"),
  number('calls', (texts) => texts.calls, 'calls of libraries that found no room to be noted'),
];

/** Once, at the end. */
export const requestTotalsRecord: RecordKind<RequestTotals> = {
  type: 'requestTotals',
  about: 'the last but one line of `nettop requests`',
  fields: [
    time('time', (_, timeUs) => timeUs, 'when the line was made'),
    number('http', (totals) => totals.http, 'requests of HTTP/1 that were seen'),
    number('http2', (totals) => totals.http2, 'requests of HTTP/2 that were seen'),
    number('dns', (totals) => totals.dns, 'queries of DNS that were seen'),
    number('tls', (totals) => totals.tls, 'handshakes of TLS that were seen'),
    number('quic', (totals) => totals.quic, 'handshakes of QUIC that were seen'),
    number('redis', (totals) => totals.redis, 'requests of Redis that were seen'),
    number('postgresql', (totals) => totals.postgresql, 'requests of PostgreSQL that were seen'),
    number('mysql', (totals) => totals.mysql, 'requests of MySQL that were seen'),
    number(
      'bothEnds',
      (totals) => totals.bothEnds,
      'of all of them, how many were seen at both ends: each counts once, and has two lines',
    ),
    number(
      'leftOut',
      (totals) => totals.leftOut,
      'that the kernel did not tell, as the filter cannot accept them',
    ),
    object('texts', (totals) => totals.texts, textFields, 'with `--tls`', 'without'),
    object('lost', (totals) => totals.lost, lossFields, 'what of them is in no line, by cause'),
  ],
};
