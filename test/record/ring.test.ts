import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecordingParser } from '../../src/record/file/parser.ts';
import { RecordingWriter } from '../../src/record/file/writer.ts';
import { Ring, type RingLimits } from '../../src/record/ring.ts';
import { HEADER } from '../fixtures/recording.ts';

const SECONDS = 30;
/** Of a traced event. */
const STRIDE = 64;
const EVENTS = 100;

/** A ring after so many seconds, with as many traced events in each. */
function filled(limits: RingLimits, seconds = SECONDS, ring = new Ring(limits), from = 1): Ring {
  for (let second = from; second <= seconds; second++) {
    const events = Uint32Array.from({ length: (EVENTS * STRIDE) / 4 }, (_, place) => second * 7919 * place);
    ring.add({ atNs: second * 1e9, kind: 'tick', bytes: Buffer.from(JSON.stringify({ second })) });
    ring.add({ atNs: second * 1e9, kind: 'packets', bytes: new Uint8Array(events.buffer), stride: STRIDE });
    ring.add({ atNs: (second + 1) * 1e9, kind: 'drained', bytes: Buffer.from('null') });
    ring.endFrame();
  }
  return ring;
}

/** The seconds in the recording that it writes. */
function written(ring: Ring): { seconds: number[]; file: Buffer } {
  const pieces: Buffer[] = [];
  const writer = new RecordingWriter(HEADER, { write: (bytes) => void pieces.push(Buffer.from(bytes)) });
  ring.writeTo(writer);
  writer.end();
  const file = Buffer.concat(pieces);
  const parser = new RecordingParser();
  parser.push(file);
  parser.end();
  const seconds: number[] = [];
  for (let frames = parser.next(); frames; frames = parser.next())
    for (const { kind, bytes } of frames.entries)
      if (kind === 'tick') seconds.push(JSON.parse(Buffer.from(bytes).toString()).second);
  assert.deepEqual(parser.damage, { places: 0, bytes: 0, isCut: false });
  return { seconds, file };
}

const fromTo = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, place) => first + place);

test('a ring has the seconds that were asked for, and those alone', () => {
  const ring = filled({ ns: 10e9, bytes: 1e9 });
  assert.deepEqual(written(ring).seconds, fromTo(SECONDS - 10, SECONDS));
  assert.equal(ring.lost, null);
  assert.deepEqual(written(filled({ ns: 60e9, bytes: 1e9 })).seconds, fromTo(1, SECONDS));
});

test('a ring that is frozen keeps what it had, and takes what comes', () => {
  const ring = filled({ ns: 10e9, bytes: 1e9 });
  ring.freeze();
  filled({ ns: 0, bytes: 0 }, SECONDS + 20, ring, SECONDS + 1);
  assert.deepEqual(written(ring).seconds, fromTo(SECONDS - 10, SECONDS + 20));
});

test('a ring has no more bytes than it may have, and tells what is lost for that', () => {
  const whole = filled({ ns: 10e9, bytes: 1e9 });
  const bytes = Math.floor(written(whole).file.length / 2);
  const ring = filled({ ns: 10e9, bytes });
  const { seconds, file } = written(ring);
  assert.ok(file.length <= bytes, `${file.length} of ${bytes} bytes`);
  const [first = 0] = seconds;
  assert.deepEqual(seconds, fromTo(first, SECONDS));
  assert.ok(first > SECONDS - 8 && first < SECONDS - 2, `from ${first} on`);
  const lost = first - (SECONDS - 10);
  assert.deepEqual(ring.lost, { ns: first * 1e9 - (SECONDS + 1 - 10) * 1e9, events: lost * EVENTS });
});
