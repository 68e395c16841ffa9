import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestLines } from '../../src/panes/requests/inspector.ts';
import type { RequestRow, RequestStages } from '../../src/panes/requests/row.ts';
import { USUAL_UNITS } from '../../src/text/format.ts';
import { width } from '../../src/text/text.ts';

const NOTHING: RequestStages = {
  nameAskedUs: null,
  nameAnsweredUs: null,
  connectingUs: null,
  connectedUs: null,
  requestEndedUs: null,
  requestAcknowledgedUs: null,
  requestReadUs: null,
  firstByteUs: null,
  lastByteUs: null,
  answerReadUs: null,
  answerAcknowledgedUs: null,
};

const ASKED: RequestStages = {
  ...NOTHING,
  nameAskedUs: -50_000,
  nameAnsweredUs: -30_000,
  connectingUs: -20_000,
  connectedUs: -10_000,
  requestEndedUs: 0,
  requestAcknowledgedUs: 10_000,
  firstByteUs: 40_000,
  lastByteUs: 45_000,
  answerReadUs: 50_000,
};

const SERVED: RequestStages = {
  ...NOTHING,
  requestEndedUs: 5000,
  requestReadUs: 15_000,
  firstByteUs: 35_000,
  lastByteUs: 40_000,
  answerAcknowledgedUs: 50_000,
};

const end = { user: 'root', netns: 4026531833, netnsName: null };

const row: RequestRow = {
  key: '7',
  timeUs: 1_795_908_000_123_456,
  protocol: 'http',
  side: 'client',
  ...end,
  pid: 12,
  process: 'curl',
  localAddress: '127.0.0.1',
  localPort: 50_000,
  remoteAddress: '127.0.0.1',
  remotePort: 80,
  transport: 'tcp',
  method: 'GET',
  host: 'a.example',
  path: '/cart',
  statement: null,
  grpcStatus: null,
  status: 200,
  outcome: null,
  firstByteUs: 40_000,
  totalUs: 45_000,
  requestBytes: 80,
  responseBytes: 5000,
  upgrade: null,
  dns: null,
  tls: null,
  quic: null,
  incomplete: null,
  beganUs: 0,
  stages: ASKED,
  peer: {
    ...end,
    pid: 7,
    process: 'nginx',
    firstByteUs: 30_000,
    totalUs: 35_000,
    beganUs: 5000,
    stages: SERVED,
  },
  group: null,
};

const FRAME = [
  'stages             100ms in all',
  'name looked up       20.0ms ██████████',
  'connected            10.0ms                █████',
  'request sent            0µs                          █',
  'acknowledged         10.0ms                          █████',
  'server: received        0µs                             █',
  'server: read         10.0ms                             █████',
  'server: answered     20.0ms                                  ██████████',
  'server: sent         5.00ms                                            ███',
  'server: was acked    10.0ms                                              █████',
  'answer received      5.00ms                                              ███',
  'answer read          5.00ms                                                 ███',
];

/** The lines of the waterfall as text. */
function waterfall(of: RequestRow, cells: number): string[] {
  const lines = requestLines(of, [], cells, USUAL_UNITS).map((line) =>
    line
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  );
  for (const line of lines) assert.ok(width(line) <= cells, line);
  const begin = lines.findIndex((line) => line.startsWith('stages'));
  return begin < 0 ? [] : lines.slice(begin, lines.indexOf('', begin));
}

test('stages of both ends stand on one axis, each as long as it took', () => {
  assert.deepEqual(waterfall(row, 80), FRAME);
  for (const cells of [40, 120, 200])
    assert.deepEqual(
      waterfall(row, cells).map((line) => line.slice(0, 28)),
      FRAME.map((line) => line.slice(0, 28)),
    );
});

test('what is not known is left out, and of a request without stages the waterfall', () => {
  const alone = { ...row, peer: null, stages: { ...NOTHING, requestEndedUs: 0, firstByteUs: 40_000 } };
  assert.deepEqual(
    waterfall(alone, 80).map((line) => line.slice(0, 28)),
    ['stages             40.0ms in', 'request sent            0µs ', 'first byte           40.0ms '],
  );
  assert.deepEqual(waterfall({ ...row, peer: null, stages: NOTHING }, 80), []);
});
