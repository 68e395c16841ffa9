import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Exchange } from '../../src/capture/exchanges/exchange.ts';
import type { Alert } from '../../src/model/alerts/alert.ts';
import { NOWHERE } from '../../src/model/alerts/alert.ts';
import { recordingAlerts } from '../../src/record/beside/alerts.ts';
import { recordingExchanges } from '../../src/record/beside/recording-exchanges.ts';
import { recordingTraffic } from '../../src/record/beside/recording-traffic.ts';
import { recordingServices } from '../../src/record/beside/services.ts';
import type { Entry } from '../../src/record/log.ts';
import { Playback } from '../../src/record/playback.ts';
import { Recorder } from '../../src/record/recorder.ts';
import type { ExchangeFeed, ExchangeListener } from '../../src/views/requests/exchange-feed.ts';
import type { TrafficFeed } from '../../src/views/traffic/traffic-feed.ts';
import { RECORDED } from '../fixtures/recorded.ts';
import { decodeLog, encodeLog } from '../fixtures/recording.ts';
import { TALKER } from '../fixtures/talker.ts';
import { root } from '../fixtures/tool.ts';

/** A recording of version 2, as that version wrote it: it is read for good. */
const FILE = join(root, 'test/fixtures/recorded-2.nettop');
const SECOND = 1e9;
const ALL = { descending: false, rows: 100, cursor: null };

const alert: Alert = {
  ...NOWHERE,
  key: '0',
  kind: 'scanIn',
  state: 'begin',
  subject: 'a',
  figure: 1,
  evidence: { ports: 40 },
  message: '192.0.2.9 tried 40 ports',
  advice: 'look',
  command: null,
  firstUs: 0,
  lastUs: 3e6,
};

/** What programs said in three seconds, as the parts of a recording are written. */
function written(): Entry[] {
  const entries: Entry[] = [];
  const recorder = new Recorder((entry) => entries.push(entry));
  const answered = (name: string, value: unknown) => recorder.answered(name, [], value);
  answered('machine.nowNs', SECOND);
  answered('machine.epochUs', 0);
  answered('machine.ownNetns', 1);
  recorder.tell('begun', { jiffies: 1000 });
  entries.push(
    ...decodeLog(readFileSync(join(root, RECORDED))).filter(({ kind }) => kind.startsWith('layouts.')),
  );
  recorder.tell('opened');
  for (const part of ['Requests', 'Services', 'Traffic', 'Alerts']) answered(`feed.open${part}`, true);
  const exchanges = feedOf(recorder);
  const services = recordingServices(
    {
      start: () => {},
      pause: () => {},
      sweep: (visit) =>
        visit({ pid: 7, port: 80 }, { answers: 4, totalNs: 8e6, cookie: 1, slots: [0, 0, 3, 1] }),
      forget: () => {},
      loss: () => ({ answers: 0, unfollowed: 0 }),
      stop: () => {},
    },
    recorder,
  );
  const traffic = recordingTraffic(trafficFeed, recorder);
  const alerts = recordingAlerts(
    {
      drain: () => {},
      look: () => [alert],
      all: () => [alert],
      on: () => [alert],
      find: () => alert,
      left: 0,
      stop: () => {},
    },
    recorder,
  );
  for (let second = 2; second <= 4; second++) {
    answered('machine.nowNs', second * SECOND);
    recorder.tell('tick', { last: second === 4 });
    recorder.tell('drained');
    exchanges.say(second);
    recorder.tell('a kind of a later version', { more: 'than is known' });
    recorder.tell('ticked');
    exchanges.feed.drain();
    exchanges.feed.sweep(second * SECOND);
    services.sweep(() => {});
    traffic.sweep(() => {});
    traffic.others(() => {});
    if (second === 3) alerts.look(0);
  }
  return entries;
}

/** A request each second that is answered in the next one. */
function feedOf(recorder: Recorder) {
  let listener: ExchangeListener | null = null;
  let open: Exchange | null = null;
  const begin = (to: ExchangeListener): ExchangeFeed => {
    listener = to;
    return {
      start: () => {},
      pause: () => {},
      want: () => {},
      drain: () => 0,
      sweep: () => {},
      interrupt: () => {},
      ownerOf: () => null,
      progressOf: () => null,
      loss: () => ({ leftOut: 0, requests: 0, pieces: 0, unfollowed: 0, heldBack: 0, givenUp: 0 }),
      stop: () => {},
    };
  };
  const feed = recordingExchanges(
    begin,
    recorder,
  )({
    began: () => {},
    joined: () => {},
    done: () => {},
    names: { say: () => {}, answer: () => {} },
  });
  feed.interrupt(); // as when somebody begins to look
  const owner = { pid: 7, process: 'curl', uid: 1000, netns: 1 };
  const say = (second: number): void => {
    if (open) {
      Object.assign(open, {
        isDone: true,
        status: 200,
        firstNs: open.beganNs + 2e6,
        lastNs: open.beganNs + 3e6,
      });
      listener?.done(open);
    }
    open = new Exchange('http', TALKER, true, second * SECOND, null);
    Object.assign(open, { owner, method: 'GET', host: 'shop.example', path: `/${second}?q` });
    listener?.began(open);
    listener?.names.say(TALKER.cookie, TALKER.remote, 'shop.example', 'host');
  };
  return { feed, say };
}

const flow = {
  netns: 1,
  interface: 2,
  family: 4,
  protocol: 6,
  near: '192.0.2.1',
  far: '198.51.100.7',
  nearPort: 40_000,
  farPort: 443,
};
const count = { rxPackets: 2, rxBytes: 3000, txPackets: 1, txBytes: 60 };
const trafficFeed: TrafficFeed = {
  capacity: 16_384,
  watch: () => {},
  start: () => {},
  pause: () => {},
  sweep: (visit) =>
    visit('a', {
      count,
      pid: 7,
      flow: () => flow,
      owner: () => ({ pid: 7, startNs: 1, uid: 0, comm: 'curl' }),
    }),
  others: (visit) => visit(0, 0, { rxPackets: 0, rxBytes: 0, txPackets: 0, txBytes: 0 }),
  take: () => null,
  owner: () => null,
  skipped: () => 0,
  stop: () => {},
};

function shown(entries: readonly Entry[], isKept: boolean) {
  const playback = new Playback({ fromNs: 0, untilNs: 4e9, entries: [...entries] }, isKept);
  const question = {
    filter: null,
    intervalMs: 1000,
    views: {
      requests: { ...ALL, sort: 'time', isStreamed: true },
      services: { ...ALL, sort: 'port' },
      traffic: { ...ALL, sort: 'rate' },
      alerts: { ...ALL, sort: 'state' },
    },
    inspect: null,
    resets: 0,
  };
  if (!isKept) playback.answers.ask(question);
  while (playback.step());
  if (isKept) playback.answers.ask(question);
  const { requests, services, traffic, alerts } = playback.answers.answer();
  return {
    requests: requests?.rows.map(({ method, host, path, status, firstByteUs, process, incomplete }) =>
      [method, host, path, status, firstByteUs, process, incomplete].join(' '),
    ),
    services: services?.rows.map(({ port, answers, p50Us }) => [port, answers, p50Us]),
    traffic: traffic?.rows.map(({ rxBytes, txBytes, remotePort }) => [rxBytes, txBytes, remotePort]),
    alerts: alerts?.rows.map(({ kind, message }) => [kind, message]),
  };
}

const EXPECTED = {
  requests: [
    'GET shop.example /2?q 200 2000 curl ',
    'GET shop.example /3?q 200 2000 curl ',
    'GET shop.example /4?q   curl under way',
  ],
  services: [[80, 4, 3.072]],
  traffic: [[3000, 60, 443]],
  alerts: [['scanIn', '192.0.2.9 tried 40 ports']],
};

test('what stands beside the feed is shown as it was, from the start on or when somebody looks later', () => {
  const entries = written();
  for (const isKept of [false, true]) assert.deepEqual(shown(entries, isKept), EXPECTED);
});

test('recordings of this version are read for good, with kinds of entries that nobody knows', () => {
  if (process.env.UPDATE_GOLDEN) writeFileSync(FILE, encodeLog(written()));
  assert.deepEqual(shown(decodeLog(readFileSync(FILE)), false), EXPECTED);
});
