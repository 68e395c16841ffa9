import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { TRACE_POINTS } from '../../src/attach/points.ts';
import { RecordedRun } from '../../src/capture/recorded-run.ts';
import { RunningMachine } from '../../src/machine/running-machine.ts';
import type { PacketRow } from '../../src/model/model.ts';
import type { Answer, Question } from '../../src/model/question.ts';
import { RecordingParser } from '../../src/record/file/parser.ts';
import { RecordingWriter } from '../../src/record/file/writer.ts';
import { Playback } from '../../src/record/playback.ts';
import { HEADER } from '../fixtures/recording.ts';
import { live } from './nettop.ts';
import { startPeer } from './peer.ts';

const OPTIONS = {
  attach: 'auto',
  rateLimit: 400,
  ringBytes: 8 << 20,
  eventBytes: 1 << 20,
  rawHeaders: false,
  kernelStack: false,
  points: TRACE_POINTS,
} as const;

const ALL = { sort: 'process', descending: false, rows: Number.MAX_SAFE_INTEGER, cursor: null };
const LOOKS = 8;

const everything: Question = {
  filter: null,
  intervalMs: 1000,
  views: {
    processes: ALL,
    connections: { ...ALL, closed: true },
    drops: { ...ALL, sort: 'count' },
    listeners: ALL,
    trace: { ...ALL, sort: 'time', rows: 0, isTraced: true, isFrozen: false, mark: null },
    events: {},
    wire: {},
  },
  inspect: null,
  resets: 0,
};

/** What each tick of a recording answers to a question, and the packets. */
function replayed(file: Buffer, question: Question): { answers: Answer[]; packets: PacketRow[] } {
  const parser = new RecordingParser();
  parser.push(file);
  parser.end();
  const answers: Answer[] = [];
  const packets: PacketRow[] = [];
  let playback: Playback | null = null;
  for (let frames = parser.next(); frames; frames = parser.next()) {
    if (playback) playback.load(frames);
    else {
      playback = new Playback(frames);
      playback.answers.ask(question);
      playback.answers.answer();
    }
    for (let frame = playback.step(); frame; frame = playback.step()) {
      if (frame.kind === 'tick') answers.push(playback.answers.answer());
      while (playback.answers.take('events', 2000).length > 0);
      packets.push(...playback.answers.take('trace', 1e6));
    }
  }
  assert.deepEqual(parser.damage, { places: 0, bytes: 0, isCut: false });
  return { answers, packets };
}

/** As JSON has it: undefined members are none. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** Without how long ago things were: another question is answered some milliseconds earlier in its tick. */
const timeless = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (name, member) =>
      /^seenSeconds$|^secondsAgo$|^ageSeconds$/.test(name) ? 0 : member,
    ),
  );

/** What answers have of what the test made: others have connections too. */
function ownOf(answer: Answer, port: number, pids: readonly number[]) {
  const { processes, connections, listeners, status } = answer;
  return {
    processes: processes?.rows.filter(({ pid }) => pids.includes(pid)),
    connections: connections?.rows.filter(
      ({ localPort, remotePort }) => localPort === port || remotePort === port,
    ),
    listeners: listeners?.rows.filter(({ localPort }) => localPort === port),
    status: { ...status, warnings: [] },
  };
}

test(
  'what a recording answers is what the live run answered, to the same question and to a part of it',
  live(async (t) => {
    const server = await startPeer(t);
    const client = await startPeer(t);
    const port = await server.ask('listen', '127.0.0.1', 'echo');
    await client.ask('connect', '127.0.0.1', port);
    client.ask('converse', 1_000_000, 100).catch(() => {}); // ends with the test
    const pieces: Buffer[] = [];
    const writer = new RecordingWriter(HEADER, { write: (bytes) => void pieces.push(Buffer.from(bytes)) });
    const run = new RecordedRun(OPTIONS, new RunningMachine(), writer);
    const answers: Answer[] = [];
    const packets: PacketRow[] = [];
    try {
      run.begin(everything);
      for (let look = 1; look <= LOOKS; look++) {
        for (let drain = 0; drain < 3; drain++) {
          run.drain();
          packets.push(...run.answers.take('trace', 1e6));
          await setTimeout(100);
        }
        answers.push(run.tick(look === LOOKS));
        packets.push(...run.answers.take('trace', 1e6));
      }
      writer.end();
    } finally {
      run.answers.stop();
    }
    const file = Buffer.concat(pieces);
    const again = replayed(file, everything);
    const mine = (answer: Answer) => ownOf(answer, port, [server.pid, client.pid]);
    const ofPort = ({ sourcePort, destinationPort }: PacketRow) =>
      [sourcePort, destinationPort].includes(port);
    assert.ok(packets.some(ofPort));
    assert.deepEqual(plain(again.packets.filter(ofPort)), plain(packets.filter(ofPort)));
    assert.equal(answers.length, LOOKS);
    assert.equal(answers.at(-1)?.connections?.rows.filter(({ remotePort }) => remotePort === port).length, 1);
    assert.deepEqual(again.answers.map(mine).map(plain), answers.map(mine).map(plain));
    const part = replayed(file, { ...everything, views: { connections: { ...ALL, closed: true } } });
    const connections = (answer: Answer) => timeless(mine(answer).connections);
    assert.deepEqual(part.answers.map(connections), answers.map(connections));
  }),
);
