import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConnectionRow, TcpFigures } from '../../src/model/model.ts';
import { judge, type Look } from '../../src/model/verdict.ts';
import { verdictSentence } from '../../src/panes/connections/verdict-sentence.ts';
import { USUAL_UNITS } from '../../src/text/format.ts';
import { tcpFigures, watchedRow } from '../fixtures/connections.ts';

const NOTHING = {
  ackedBytes: 0,
  segmentsSent: 0,
  busyUs: 0,
  receiverLimitedUs: 0,
  sendBufferLimitedUs: 0,
  inFlightBytes: 0,
  sendQueueBytes: 0,
};

interface After {
  tcp?: Partial<TcpFigures>;
  row?: Partial<ConnectionRow>;
}

/** Eleven looks in ten seconds, from nothing to what is given, evenly. */
function looks({ tcp = {}, row = {} }: After): Look[] {
  const whole = { ...NOTHING, ...tcp };
  const { rxBytes = 0, txBytes = 0, retransmits = 0 } = row;
  return Array.from({ length: 11 }, (_, at) => {
    const part = (value: number) => (value * at) / 10;
    const growing = {
      ackedBytes: part(whole.ackedBytes),
      segmentsSent: part(whole.segmentsSent),
      busyUs: part(whole.busyUs),
      receiverLimitedUs: part(whole.receiverLimitedUs),
      sendBufferLimitedUs: part(whole.sendBufferLimitedUs),
    };
    const totals = {
      rxBytes: part(rxBytes ?? 0),
      txBytes: part(txBytes ?? 0),
      retransmits: part(retransmits),
    };
    const figures = tcpFigures({ ...whole, ...growing });
    return { atNs: 5e9 + at * 1e9, row: watchedRow({ rttUs: 52_000, ...row, ...totals, tcp: figures }) };
  });
}

const MB = 1_000_000;
const cases: [name: string, after: After, cause: string, sentence: string][] = [
  ['nothing moves', {}, 'idle', 'idle: nothing sent and nothing received in the last 10 s'],
  [
    'now and then a little',
    { tcp: { busyUs: 40_000, ackedBytes: 1000, segmentsSent: 10 }, row: { txBytes: 1000 } },
    'application',
    'limited by the application: nothing to send for 100 % of the last 10 s',
  ],
  [
    'a little all the time: the next one waits for the answer',
    {
      tcp: { busyUs: 9.8 * MB, ackedBytes: 20_000, inFlightBytes: 1000, unsentBytes: 0 },
      row: { txBytes: 20_000 },
    },
    'application',
    'limited by the application: less in flight than the window takes, 1.00 kB in flight of a window of 57.9 kB',
  ],
  [
    'a slow reader at the far end',
    {
      tcp: { busyUs: 10 * MB, receiverLimitedUs: 8.2 * MB, ackedBytes: MB, inFlightBytes: 65_536 },
      row: { txBytes: MB },
    },
    'receiver',
    "limited by the receiver's window: full for 82 % of the last 10 s, 65.5 kB in flight",
  ],
  [
    'a small send buffer',
    {
      tcp: { busyUs: 10 * MB, sendBufferLimitedUs: 6 * MB, ackedBytes: MB, inFlightBytes: 4608 },
      row: { txBytes: MB },
    },
    'send buffer',
    'limited by the send buffer: full for 60 % of the last 10 s, 4.61 kB in flight of a window of 57.9 kB',
  ],
  [
    'a small send buffer whose time the kernel does not count',
    {
      tcp: { busyUs: 10 * MB, ackedBytes: MB, inFlightBytes: 4608, unsentBytes: 0, sendBufferFull: true },
      row: { txBytes: MB },
    },
    'send buffer',
    'limited by the send buffer: full for 100 % of the last 10 s, 4.61 kB in flight of a window of 57.9 kB',
  ],
  [
    'a slow link',
    {
      tcp: { busyUs: 10 * MB, ackedBytes: MB, segmentsSent: 700, inFlightBytes: 57_920 },
      row: { txBytes: MB, retransmits: 2 },
    },
    'congestion',
    'limited by congestion: waits for the network for 100 % of the last 10 s, ' +
      '57.9 kB in flight of a window of 57.9 kB, round trip 52.0ms, 51µs at best',
  ],
  [
    'segments are lost',
    {
      tcp: { busyUs: 10 * MB, ackedBytes: MB, segmentsSent: 1000 },
      row: { txBytes: MB, retransmits: 31 },
    },
    'loss',
    'limited by loss: 3.1 % of segments retransmitted (31 of 1000) in the last 10 s, round trip 52.0ms, 51µs at best',
  ],
  [
    'nothing comes through',
    {
      tcp: { busyUs: 10 * MB, segmentsSent: 2, inFlightBytes: 14_480, lostSegments: 10 },
      row: { retransmits: 2 },
    },
    'loss',
    'limited by loss: nothing acknowledged in the last 10 s, 14.5 kB in flight',
  ],
  [
    'segments are lost, but the reader is slower',
    {
      tcp: {
        busyUs: 10 * MB,
        receiverLimitedUs: 9 * MB,
        ackedBytes: MB,
        segmentsSent: 1000,
        inFlightBytes: 65_536,
      },
      row: { txBytes: MB, retransmits: 20 },
    },
    'receiver',
    "limited by the receiver's window: full for 90 % of the last 10 s, 65.5 kB in flight; " +
      '2.0 % of segments retransmitted (20 of 1000)',
  ],
  [
    'a receiver that keeps up',
    { row: { rxBytes: 120 * MB } },
    'far end',
    'receives 12.0 MB/s: what limits the sender, only its end can tell',
  ],
  [
    'a receiver that does not read',
    { tcp: { receiveQueueBytes: 2 * MB }, row: { rxBytes: 3 * MB } },
    'reader',
    'limited by the application: 2.00 MB came and are not read',
  ],
  [
    'no answer to the SYN',
    { tcp: { inFlightBytes: 1, segmentsSent: 4 }, row: { state: 'SYN_SENT', retransmits: 3 } },
    'connecting',
    'not connected: no answer to 4 segments',
  ],
];

for (const [name, after, cause, sentence] of cases) {
  test(`the verdict of a connection: ${name}`, () => {
    const verdict = judge(looks(after));
    assert.deepEqual([verdict?.cause, verdict && verdictSentence(verdict, USUAL_UNITS)], [cause, sentence]);
  });
}

test('without two looks, or without figures, there is no verdict', () => {
  const [first, second] = looks({});
  assert.ok(first && second);
  const plain = { ...second, row: watchedRow({ tcp: null }) };
  assert.deepEqual([judge([]), judge([first]), judge([first, plain])], [null, null, null]);
});
