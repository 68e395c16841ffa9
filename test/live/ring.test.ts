import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { RecordedRun } from '../../src/capture/recorded-run.ts';
import { RunningMachine } from '../../src/machine/running-machine.ts';
import type { PacketRow } from '../../src/model/model.ts';
import type { Answer, Question } from '../../src/model/question.ts';
import { RecordingParser } from '../../src/record/file/parser.ts';
import { RecordingWriter } from '../../src/record/file/writer.ts';
import type { Entry } from '../../src/record/log.ts';
import { Playback } from '../../src/record/playback.ts';
import { Ring } from '../../src/record/ring.ts';
import { HEADER, places } from '../fixtures/recording.ts';
import { live } from './nettop.ts';
import { everything, OPTIONS, plain } from './recorded-run.ts';
import { startTalk, type Talk } from './talk.ts';

const LOOKS = 12;
/** When the younger of the connections is made. */
const YOUNGER = 2;
const RING_NS = 1e9;
const CUTS = 50;

const asked: Question = { ...everything, intervalMs: 200 };

interface Told {
  answers: Answer[];
  packets: PacketRow[];
}

/** What each tick of a recording answers to a question, and the packets. `looked`: called after each tick. */
function replayed(
  file: Buffer,
  question: Question,
  looked = (_playback: Playback, _looks: number): void => {},
): Told & { isCut: boolean } {
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
      if (frame.kind === 'tick') answers.push(kept(playback.answers.answer()));
      while (playback.answers.take('events', 2000).length > 0);
      packets.push(...playback.answers.take('trace', 1e6));
      if (frame.kind === 'tick') looked(playback, answers.length);
    }
  }
  assert.equal(parser.damage.places, 0);
  return { answers, packets, isCut: parser.damage.isCut };
}

/** As it is now: histories grow. */
const kept = (answer: Answer): Answer => plain(answer) as Answer;

/** Without the name of what ran by chance: it may have another one a moment later. */
const withoutRunning = ({ currentProcess: _, ...row }: PacketRow): unknown => plain(row);

/** What answers have of what the test made: others have connections too. */
function ownOf(answer: Answer, { port, server, client }: Talk) {
  const { processes, connections, listeners, status } = answer;
  return {
    processes: processes?.rows.filter(({ pid }) => pid === server.pid || pid === client.pid),
    connections: connections?.rows.filter(
      ({ localPort, remotePort }) => localPort === port || remotePort === port,
    ),
    listeners: listeners?.rows.filter(({ localPort }) => localPort === port),
    status: { ...status, warnings: [] },
  };
}

/** A run that is recorded whole, and kept by a ring. */
async function recorded(talk: Talk): Promise<{ file: Buffer; ringFile: Buffer }> {
  const pieces: Buffer[] = [];
  const ringPieces: Buffer[] = [];
  const into = (all: Buffer[]) => ({ write: (bytes: Buffer) => void all.push(Buffer.from(bytes)) });
  const writer = new RecordingWriter(HEADER, into(pieces));
  const ring = new Ring({ ns: RING_NS, bytes: 1e9 });
  const tapes = [writer, ring];
  const tape = {
    add(entry: Entry) {
      for (const one of tapes) one.add(entry);
    },
    endFrame() {
      for (const one of tapes) one.endFrame();
    },
  };
  const run = new RecordedRun(OPTIONS, new RunningMachine(), tape);
  try {
    run.begin(asked);
    for (let look = 1; look <= LOOKS; look++) {
      for (let drain = 0; drain < 3; drain++) {
        run.drain();
        while (run.answers.take('trace', 1e6).length > 0);
        await setTimeout(100);
      }
      if (look === YOUNGER) await talk.connect();
      run.tick(look === LOOKS);
      while (run.answers.take('trace', 1e6).length > 0);
    }
    writer.end();
    const ringWriter = new RecordingWriter(HEADER, into(ringPieces));
    ring.writeTo(ringWriter);
    ringWriter.end();
    assert.equal(ring.lost, null);
  } finally {
    run.answers.stop();
  }
  return { file: Buffer.concat(pieces), ringFile: Buffer.concat(ringPieces) };
}

test(
  'a ring answers what the whole recording answers from there on, and reads back to its last whole second after any cut',
  live(async (t) => {
    const talk = await startTalk(t);
    const { file, ringFile } = await recorded(talk);
    const mine = (answer: Answer) => ownOf(answer, talk);
    const end = replayed(ringFile, asked);
    sameEnd(end, replayed(file, asked, zeroAt(LOOKS - end.answers.length)), talk);
    for (const cut of places(CUTS, ringFile.length)) {
      const before = replayedOrNone(ringFile.subarray(0, cut));
      assert.equal(before?.isCut ?? true, true);
      const count = before?.answers.length ?? 0;
      assert.deepEqual(before?.answers.map(mine) ?? [], end.answers.slice(0, count).map(mine));
    }
  }),
);

/** Its totals from zero after so many ticks. */
const zeroAt = (looks: number) => (playback: Playback, now: number) => {
  if (now === looks) playback.answers.zero();
};

/** null: it was cut in its first line. */
function replayedOrNone(file: Buffer): ReturnType<typeof replayed> | null {
  return file.length < 100 ? null : replayed(file, asked);
}

/** The end of a run tells what all of it tells from there on, with totals from zero. */
function sameEnd(end: Told, whole: Told, talk: Talk): void {
  const count = end.answers.length;
  assert.ok(count >= 1 && count < LOOKS - YOUNGER, `${count} ticks in the ring`);
  const processes = (answer: Answer) => ownOf(answer, talk).processes?.map(({ history: _, ...row }) => row); // it goes back to before the ring
  const others = (answer: Answer) => {
    const { connections, listeners } = ownOf(answer, talk);
    return JSON.parse(
      JSON.stringify({ connections, listeners }, (name, member) => (name === 'seenSeconds' ? 0 : member)),
    ); // it has looked for less long
  };
  const after = whole.answers.slice(-count);
  assert.deepEqual(end.answers.map(processes), after.map(processes));
  assert.deepEqual(end.answers.map(others), after.map(others));
  const ofPort = ({ sourcePort }: PacketRow) => sourcePort === talk.port;
  const ours = end.packets.filter(ofPort);
  assert.ok(ours.length > 0);
  const packets = (rows: readonly PacketRow[]) =>
    rows.map((row) => withoutRunning({ ...row, key: '', timeUs: 0 })); // the wall clock may have moved since
  assert.deepEqual(packets(ours), packets(whole.packets.filter(ofPort).slice(-ours.length)));
}
