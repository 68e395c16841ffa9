import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PacketRow } from '../../src/model/model.ts';
import type { Answer, View } from '../../src/model/question.ts';
import type { Field } from '../../src/model/record.ts';
import { debugLines } from '../../src/output/debug.ts';
import { isoTime } from '../../src/output/formats/format.ts';
import { json } from '../../src/output/formats/json.ts';
import { RECORDS } from '../../src/output/records.ts';
import { closingLines, report } from '../../src/output/report.ts';
import { TextTable } from '../../src/output/table.ts';
import { backlog } from '../fixtures/figures.ts';
import {
  connectionJson,
  dropJson,
  eventJson,
  eventTotalsJson,
  notCountedJson,
  notToldJson,
  packetJson,
  processJson,
  summaryJson,
  wireLines,
} from '../fixtures/json.ts';
import { closedRow, eventCounts, eventRow, failedEnding, faults, life, rule } from '../fixtures/lives.ts';
import { ALL_TRACED } from '../fixtures/question.ts';
import {
  connectionRows,
  droppedRow,
  dropRow,
  fullPacketRow,
  packetRow,
  processRows,
  status,
} from '../fixtures/rows.ts';
import { wireFigures, wireStatus } from '../fixtures/wire.ts';

process.env.TZ = 'UTC';

const AT_US = 1_767_323_045_000_000;

test('a packet as JSON', () => {
  assert.deepEqual(JSON.parse(packetJson(packetRow(1))), {
    type: 'packet',
    machine: null,
    time: '2026-01-02T03:04:05.001373Z',
    function: 'netif_receive_skb',
    hook: 'tracepoint',
    protocol: 'tcp',
    source: '203.0.113.7',
    sourcePort: 443,
    destination: '192.168.100.100',
    destinationPort: 40_022,
    sequence: 3_891_236_015,
    acknowledgment: 1_702_345_679,
    flags: ['ACK'],
    length: 1500,
    interface: 'eth0',
    netns: 4026531840,
    netnsName: null,
    cpu: 1,
    pid: null,
    process: null,
    currentPid: 0,
    currentProcess: null,
    skb: 'ffff888100000000',
    packet: '3e8',
    hop: 2,
    sincePreviousMicroseconds: 1373,
    mark: 0,
    destinationMac: null,
    vlan: null,
    icmp: null,
    inner: null,
    headers: 'complete',
    dropReason: null,
    dropPlace: null,
    advice: null,
    netfilter: null,
    stack: null,
  });
});

test('a packet with all that it may have, as JSON', () => {
  const { mark, destinationMac, vlan, icmp, inner, netfilter, stack, ...rest } = JSON.parse(
    packetJson(fullPacketRow()),
  );
  assert.deepEqual(
    { mark, destinationMac, vlan, icmp, inner, netfilter, stack },
    {
      mark: 31,
      destinationMac: '02:00:5e:10:00:01',
      vlan: 5,
      icmp: { type: 8, code: 0, id: 77, sequence: 3 },
      inner: {
        tunnel: 'vxlan',
        id: 42,
        protocol: 'udp',
        source: '10.1.0.1',
        sourcePort: 5353,
        destination: '10.1.0.2',
        destinationPort: 53,
      },
      netfilter: { hook: 'input', table: 'filter', chain: 'INPUT', verdict: 'drop' },
      stack: ['nf_hook_slow+0xb3', 'ip_local_deliver+0x9e'],
    },
  );
  assert.deepEqual(
    [rest.netnsName, rest.currentPid, rest.currentProcess, rest.sincePreviousMicroseconds],
    ['blue', 300, 'node', 12.5],
  );
});

test('a drop as JSON and as text', () => {
  const { dropReason, dropPlace, advice } = JSON.parse(packetJson(droppedRow(1)));
  assert.deepEqual([dropReason, dropPlace], ['NO_SOCKET', '__udp4_lib_rcv+0x3d4']);
  assert.match(advice, /^Nothing listens there: /);
  const [line] = report('trace').rows([droppedRow(1)]);
  assert.match(line ?? '', /^kfree_skb .* - {17}NO_SOCKET at __udp4_lib_rcv\+0x3d4$/);
});

test('a process as JSON', () => {
  const [row] = processRows(1);
  assert.deepEqual(JSON.parse(processJson(row ?? assert.fail(), AT_US)), {
    type: 'process',
    machine: null,
    time: '2026-01-02T03:04:05.000000Z',
    pid: 1000,
    process: 'nginx',
    user: 'www-data',
    connections: 18,
    receiveBytes: 1_202_800_000,
    transmitBytes: 384_400_000,
    receiveBytesPerSecond: 12_400_000,
    transmitBytesPerSecond: 1_771_429,
    wire: null,
    parentPid: 1,
    command: '/usr/sbin/nginx -g daemon off;',
    cgroup: '/system.slice/nginx.service',
    unit: 'nginx.service',
    container: null,
  });
});

test('a process in a container as JSON', () => {
  const { container, ...rest } = JSON.parse(processJson(processRows(3)[2] ?? assert.fail(), AT_US));
  assert.deepEqual(container, {
    runtime: 'docker',
    id: '4f1c0de5'.repeat(8),
    name: 'shop-web-1',
    image: 'registry.example/shop/web:4.2',
    imageId: `sha256:${'0a1b2c3d'.repeat(8)}`,
  });
  assert.equal(rest.parentPid, 900);
});

test('a connection as JSON', () => {
  const [, row] = connectionRows(2);
  assert.deepEqual(JSON.parse(connectionJson({ ...(row ?? assert.fail()), ageSeconds: 41.000_49 }, AT_US)), {
    type: 'connection',
    machine: null,
    otherEnd: null,
    time: '2026-01-02T03:04:05.000000Z',
    protocol: 'tcp',
    ipProtocol: 6,
    ethertype: null,
    state: 'ESTABLISHED',
    localAddress: '192.168.100.100',
    localPort: 40_001,
    remoteAddress: '203.0.113.2',
    remotePort: 5432,
    remoteName: null,
    remoteNameSource: null,
    interface: null,
    pid: 1037,
    process: 'postgres',
    receiveBytes: 37_500_000,
    transmitBytes: 75_000_000,
    receiveBytesPerSecond: 625_000,
    transmitBytesPerSecond: 1_250_000,
    rttMicroseconds: 696,
    retransmits: 3,
    retransmitsLocal: null,
    retransmitsPath: null,
    segmentsDropped: null,
    drop: null,
    ageSeconds: 41,
    netns: 4026531840,
    netnsName: null,
    tcp: {
      rttVarianceMicroseconds: 80,
      minimumRttMicroseconds: 240,
      congestionWindow: 13,
      slowStartThreshold: 21,
      segmentBytes: 1448,
      congestionControl: 'cubic',
      deliveryBytesPerSecond: 2_500_000,
      applicationLimited: false,
      acknowledgedBytes: 777,
      inFlightBytes: 1448,
      unsentBytes: 52,
      sendQueueBytes: 1500,
      receiveQueueBytes: 0,
      sendBufferFull: false,
      segmentsSent: 101,
      lostSegments: 1,
      outOfOrderSegments: 0,
      busyMicroseconds: 12_000,
      receiverLimitedMicroseconds: 8000,
      sendBufferLimitedMicroseconds: 4000,
    },
    backlog: null,
    icmp: null,
    socketDrops: 0,
    life: null,
    ending: null,
  });
});

test('a summary as JSON', () => {
  const lost = { ringFull: 1, rateLimited: 2, recursionMissed: 4, displayDropped: 3 };
  assert.deepEqual(
    JSON.parse(summaryJson(status({ lost, warnings: ['too many'], uptimeSeconds: 130.123_456 }), AT_US)),
    {
      type: 'summary',
      notJudged: [],
      time: '2026-01-02T03:04:05.000000Z',
      attach: 'tracepoints',
      events: 1_274_000,
      lost,
      warnings: ['too many'],
      durationSeconds: 130.123,
    },
  );
});

test('JSON is one line, whatever a name holds', () => {
  const row: PacketRow = { ...packetRow(0), process: 'a\nb"\u2028c' };
  assert.deepEqual(
    [packetJson(row).includes('\n'), JSON.parse(packetJson(row)).process],
    [false, row.process],
  );
});

test('times have all their microseconds', () => {
  assert.deepEqual([0, 999, 1_767_323_045_000_007].map(isoTime), [
    '1970-01-01T00:00:00.000000Z',
    '1970-01-01T00:00:00.000999Z',
    '2026-01-02T03:04:05.000007Z',
  ]);
  // of one second, of another, with a part of a microsecond, before 1970
  assert.deepEqual([1e15, 1e15 + 0.75, 1e15 + 999_999.25, 1e15 + 1e6, 1e15 - 1, -1].map(isoTime), [
    '2001-09-09T01:46:40.000000Z',
    '2001-09-09T01:46:40.000000Z',
    '2001-09-09T01:46:40.999999Z',
    '2001-09-09T01:46:41.000000Z',
    '2001-09-09T01:46:39.999999Z',
    '1969-12-31T23:59:59.999999Z',
  ]);
});

/** Names of the fields in an object, those of an object inside it as "lost.ringFull". */
function fieldsOf(value: object): string[] {
  return Object.entries(value).flatMap(([name, field]) =>
    field !== null && typeof field === 'object' && !Array.isArray(field)
      ? fieldsOf(field).map((inner) => `${name}.${inner}`)
      : [name],
  );
}

test('the records name every field of the JSON, and no others', () => {
  const [, , process] = processRows(3);
  const [connection] = connectionRows(1);
  const icmp = { protocol: 'icmp', type: 3, code: 10, sender: '192.0.2.2' } as const;
  const route = { type: 'none', inferred: true } as const;
  const ending = { ...failedEnding, icmp, route };
  const objects: { type: string }[] = [
    packetJson(fullPacketRow()),
    processJson({ ...(process ?? assert.fail()), wire: wireFigures(100) }, 0),
    ...wireLines({ ...wireStatus(), lostPackets: 3, lostBytes: 4500 }, 0),
    connectionJson(
      {
        ...(connection ?? assert.fail()),
        backlog: backlog(0),
        icmp,
        faults: faults({ rule }),
        life,
        ending,
        otherEnd: { ...(connection ?? assert.fail()), ending },
      },
      0,
    ),
    eventJson(eventRow({ icmp, route, fault: 'local', drop: faults({ rule }).drop })),
    notToldJson(eventCounts(), 0),
    eventTotalsJson({ counted: eventCounts(), notTold: eventCounts(), missed: 0 }, 0),
    dropJson({ ...dropRow(0), rule }, 0),
    notCountedJson(1, 0),
    summaryJson(status(), 0),
  ].map((line) => JSON.parse(line));
  assert.deepEqual(
    objects.map(({ type }) => [type, namesOf(RECORDS.find((kind) => kind.type === type)?.fields ?? [])]),
    objects.map((object) => [object.type, fieldsOf(object).filter((name) => name !== 'type')]),
  );
});

function namesOf(fields: readonly Field<never>[]): string[] {
  return fields.flatMap(({ name, fields: inner }) =>
    inner ? namesOf(inner).map((deeper) => `${name}.${deeper}`) : [name],
  );
}

function viewOf<R>(rows: R[]): View<R> {
  return { rows, total: rows.length, first: 0, selected: null, selectedKey: null };
}

function answerWith(views: Partial<Answer>): Answer {
  return { status: status(), inspection: null, ...views };
}

test('processes as a table', () => {
  const answer = answerWith({ processes: { ...viewOf(processRows(3)), group: 'process' } });
  assert.deepEqual(report('processes').answer(answer, AT_US), [
    '    PID  USER        PROCESS            CONN       RX/s       TX/s        RX        TX',
    '   1000  www-data    nginx                18  12.4 MB/s  1.77 MB/s   1.20 GB    384 MB',
    '   1037  postgres    postgres             25  1.24 MB/s   177 kB/s    120 MB   38.4 MB',
    '   1074  app         node                 32   335 kB/s  47.9 kB/s   32.5 MB   10.4 MB',
    '',
  ]);
});

test('a closed connection as JSON, and once alone', () => {
  const answer = answerWith({ connections: viewOf([closedRow('1'), closedRow('2')]) });
  const { answer: lines } = report('connections', { format: json });
  const [line, ...others] = lines(answer, AT_US);
  const { state, ...told } = JSON.parse(line ?? assert.fail());
  assert.deepEqual(
    { state, life: told.life, ending: told.ending },
    {
      state: 'CLOSE',
      life: {
        states: [
          { state: 'SYN_SENT', microseconds: 1250 },
          { state: 'ESTABLISHED', microseconds: 40_000 },
          { state: 'CLOSE', microseconds: 0 },
        ],
        connectMicroseconds: 1250,
        acceptMicroseconds: null,
        acceptAtMost: false,
        synRetransmits: 1,
      },
      ending: {
        cause: 'reset',
        resetBy: 'this end',
        reason: 'TCP_STATE',
        error: null,
        icmp: null,
        route: null,
        drop: null,
        secondsAgo: 2.5,
      },
    },
  );
  const later = answerWith({ connections: viewOf([closedRow('2'), closedRow('3')]) });
  assert.deepEqual([others.length, lines(answer, AT_US).length, lines(later, AT_US).length], [1, 0, 1]);
});

test('connections as a table, as wide as the longest address', () => {
  const answer = answerWith({ connections: viewOf(connectionRows(5).slice(2)) });
  assert.deepEqual(report('connections').answer(answer, AT_US), [
    'LOCAL                                         REMOTE                  STATE            PID  PROCESS                RX/s       TX/s        RX        TX      RTT  RETR     AGE',
    '192.168.100.100:443                           203.0.113.3:50002       TIME_WAIT       1074  node               357 kB/s   714 kB/s   21.4 MB   42.9 MB   2.35ms     0   2m44s',
    '[2001:db8:85a3:8d3:1319:8a2e:370:7348]:40003  [2001:db8:1::a:b]:5432  ESTABLISHED     1111  redis-server       250 kB/s   500 kB/s   15.0 MB   30.0 MB   5.57ms     0    >12s',
    '[::1]:443                                     [::1]:50004             SYN_SENT        1148  sshd               192 kB/s   385 kB/s   11.5 MB   23.1 MB   10.9ms     0  10m56s',
    '',
  ]);
});

test('packets as a table', () => {
  const trace = report('trace');
  assert.deepEqual(
    [...trace.begin(), ...trace.rows([0, 1, 3].map(packetRow))],
    [
      'KERNEL FUNCTION         SRC IP           DST IP           SRC PORT  DST PORT         SEQ     ACK SEQ  TIMESTAMP        FLAGS      LEN  IFACE   CPU  PROCESS           DETAILS',
      '__dev_queue_xmit        192.168.100.100  203.0.113.7         40022       443  3891234567  1702345678  03:04:05.000000  SYN,ACK   1500  eth0      0  nginx[1000]',
      'netif_receive_skb       203.0.113.7      192.168.100.100       443     40022  3891236015  1702345679  03:04:05.001373  ACK       1500  eth0      1  -',
      'tcp_v4_do_rcv           203.0.113.7      192.168.100.100       443     40022           -           -  03:04:05.004119  udp         76  eth0      3  nginx[1000]',
    ],
  );
});

test('packets with times since the start, since the function before, and their stacks', () => {
  const trace = report('trace', { times: { sinceUs: 1_767_323_044_000_000, delta: true } });
  const full = { ...fullPacketRow(), source: '10.0.0.1', destination: '10.0.0.2' };
  const lines = [...trace.begin(), ...trace.rows([packetRow(0), full])];
  assert.deepEqual(
    lines.map((line) => line.slice(line.startsWith('    ') ? 0 : 102)),
    [
      '     SECONDS    DELTA  FLAGS      LEN  IFACE   CPU  PROCESS           DETAILS',
      '    1.000000        -  SYN,ACK   1500  eth0      0  nginx[1000]',
      '    1.082380    +13µs  icmp      1500  eth0      0  nginx[1000]       NETFILTER_DROP at nf_hook_slow+0xb3, input filter INPUT: drop, icmp 8/0 id 77 seq 3, vxlan 42: udp 10.1.0.1:5353 → 10.1.0.2:53, vlan 5, mark 0x1f, netns blue',
      '    nf_hook_slow+0xb3',
      '    ip_local_deliver+0x9e',
    ],
  );
});

test('each report asks for what it shows, all of it', () => {
  const asked = (['trace', 'processes', 'connections'] as const).map((name) => {
    const { stream, views } = report(name, { format: json });
    return { stream, views };
  });
  const all = { sort: 'rate', descending: true, rows: Number.MAX_SAFE_INTEGER, cursor: null };
  assert.deepEqual(asked, [
    { stream: 'trace', views: { trace: { ...ALL_TRACED, descending: false, rows: 0 } } },
    { stream: null, views: { processes: all } },
    { stream: null, views: { connections: { ...all, closed: true } } },
  ]);
});

test('a table pads all but its last column, and counts cells, not characters', () => {
  const table = new TextTable<[string, string]>([
    { title: 'NAME', width: 6, cell: ([name]) => name },
    { title: 'N', width: 3, align: 'right', cell: ([, number]) => number },
  ]);
  const lines = [
    table.header(),
    table.row(['日本', '1']),
    table.row(['longer than that', '12345']),
    table.row(['a', '']),
  ];
  assert.deepEqual(lines, ['NAME      N', '日本      1', 'longer than that  12345', 'a']);
});

test('the closing lines: what was lost, and what else is to be said', () => {
  const lost = { ringFull: 1, rateLimited: 22, recursionMissed: 4444, displayDropped: 333 };
  const attach = 'fentry + tracepoints';
  assert.deepEqual(
    closingLines(status({ lost, warnings: ['too many'], attach, events: 9812, uptimeSeconds: 12.34 })),
    [
      'nettop: 9812 events by fentry + tracepoints in 12.3 s; lost: 1 ring full, 22 over the rate limit, 4444 missed in recursion, 333 not written',
      'nettop: too many',
    ],
  );
});

test('--debug-func as a table, the first headers under their function', () => {
  const row = {
    function: 'ip_output',
    hook: null,
    tracepoint: null,
    shownAs: 'ip_output',
    symbol: null,
    address: '',
    hits: 0,
    headers: [],
  };
  const tcp = { ...row, function: 'tcp_v4_do_rcv', hook: 'tracepoint' as const, tracepoint: 'tcp:tcp_probe' };
  const lines = debugLines([
    row,
    {
      ...row,
      function: 'ip_rcv_finish',
      hook: 'kprobe',
      symbol: 'ip_rcv_finish_core',
      address: 'ffffffff81a2b3c0',
      hits: 7,
    },
    { ...tcp, shownAs: 'tcp_rcv_established', hits: 12, headers: ['450000340001', '4500003c'] },
  ]);
  assert.deepEqual(lines, [
    'KERNEL FUNCTION         ATTACHED                                         ADDRESS                 HITS',
    'ip_output               not reached                                      hidden                     0',
    'ip_rcv_finish           kprobe on ip_rcv_finish_core                     ffffffff81a2b3c0           7',
    'tcp_v4_do_rcv           tracepoint tcp:tcp_probe in tcp_rcv_established  hidden                    12',
    '    45000034 0001',
    '    4500003c',
  ]);
});
