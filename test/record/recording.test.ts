import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { crc32, tableCrc32 } from '../../src/record/file/crc32.ts';
import { FrameFile } from '../../src/record/file/frame-file.ts';
import { packWords, unpackWords } from '../../src/record/file/packed-words.ts';
import { RecordingParser } from '../../src/record/file/parser.ts';
import { RecordingWriter } from '../../src/record/file/writer.ts';
import { type Entry, namesFromJson } from '../../src/record/log.ts';
import { HEADER, places } from '../fixtures/recording.ts';
import { root } from '../fixtures/tool.ts';

const SECONDS = 20;

/** A recording with a block a second, and where each block ends. */
function recording(): { file: Buffer; ends: number[] } {
  const pieces: Buffer[] = [];
  const writer = new RecordingWriter(HEADER, { write: (bytes) => void pieces.push(Buffer.from(bytes)) });
  for (let second = 1; second <= SECONDS; second++) {
    for (const entry of entriesOf(second)) writer.add(entry);
    writer.endFrame();
  }
  writer.end();
  let at = 0;
  const ends = pieces.map((piece) => {
    at += piece.length;
    return at;
  });
  return { file: Buffer.concat(pieces), ends: ends.slice(2, -1) };
}

function entriesOf(second: number): Entry[] {
  const words = Uint32Array.from({ length: 150 }, (_, place) =>
    place % 50 === 7 ? second * place : place % 50,
  );
  const told = Buffer.from(JSON.stringify({ second }));
  return [
    { atNs: second * 1e9, kind: 'tick', bytes: told },
    { atNs: second * 1e9, kind: 'packets', bytes: new Uint8Array(words.buffer), stride: 200 },
    { atNs: second * 1e9 + 1.2e9, kind: `lives.of[${second}]`, bytes: Buffer.alloc(0) },
  ];
}

const plain = ({ atNs, kind, bytes }: Entry) => ({ atNs, kind, bytes: Buffer.from(bytes).toString('hex') });

/** Seconds that were read, and what was not. */
function read(file: Buffer, piece = file.length) {
  const parser = new RecordingParser();
  const seconds: number[] = [];
  const take = () => {
    for (let frames = parser.next(); frames; frames = parser.next()) {
      const [{ bytes } = { bytes: Buffer.alloc(0) }] = frames.entries;
      const { second } = JSON.parse(Buffer.from(bytes).toString());
      assert.deepEqual(frames.entries.map(plain), entriesOf(second).map(plain));
      seconds.push(second);
    }
  };
  for (let at = 0; at < file.length; at += piece) {
    parser.push(Buffer.from(file.subarray(at, at + piece)));
    take();
  }
  parser.end();
  take();
  return { seconds, damage: parser.damage };
}

const upTo = (count: number) => Array.from({ length: count }, (_, place) => place + 1);

test('a recording comes back as it was written, whole or in pieces of any length', () => {
  const { file } = recording();
  for (const piece of [file.length, 1, 7, 1000]) {
    const { seconds, damage } = read(file, piece);
    assert.deepEqual(seconds, upTo(SECONDS));
    assert.deepEqual(damage, { places: 0, bytes: 0, isCut: false });
  }
});

test('a recording that was cut reads back to its last whole block, and says that it was cut', () => {
  const { file, ends } = recording();
  const begin = ends[0] ?? 0;
  for (const cut of places(60, file.length - begin - 100)) {
    const { seconds, damage } = read(file.subarray(0, begin + cut));
    const whole = ends.filter((end) => end <= begin + cut).length;
    assert.deepEqual(seconds, upTo(whole), `cut at ${begin + cut}`);
    assert.equal(damage.isCut, true);
    assert.equal(damage.places, 0);
  }
});

test('a damaged block is passed over and counted, wherever the damage is', () => {
  const { file, ends } = recording();
  const [begin = 0, last = 0] = [ends[0], ends.at(-1)];
  for (const place of places(200, last - begin)) {
    const damaged = Buffer.from(file);
    damaged.writeUInt8(damaged.readUInt8(begin + place) ^ 0x41, begin + place);
    const hit = ends.findIndex((end) => begin + place < end) + 1;
    const { seconds, damage } = read(damaged);
    assert.deepEqual(
      seconds,
      upTo(SECONDS).filter((second) => second !== hit),
      `damage at ${begin + place}`,
    );
    assert.equal(damage.places, 1);
  }
});

test('how long a recording is that was cut is found beyond a damaged head', (t) => {
  const { file, ends } = recording();
  const path = join(mkdtempSync(join(tmpdir(), 'nettop-')), 'cut.nettop');
  t.after(() => rmSync(dirname(path), { recursive: true }));
  const damaged = Buffer.from(file.subarray(0, ends.at(-1)));
  for (const place of [file.indexOf(10) + 9, (ends[4] ?? 0) + 9]) damaged.writeUInt8(0xff, place);
  writeFileSync(path, damaged);
  const cut = new FrameFile(path);
  assert.equal(cut.header, null);
  assert.deepEqual(cut.span(), { fromNs: 1e9, untilNs: SECONDS * 1e9 + 1.2e9 });
  cut.close();
});

test('any bytes are no recording, or one with damage: nothing is thrown but that', () => {
  const { file } = recording();
  for (const seed of places(100, 2 ** 31)) {
    const noise = Buffer.from(Array.from(places(500, 256 + (seed % 7))));
    assert.throws(() => read(noise), /is no recording of nettop/);
    const { damage } = read(Buffer.concat([file.subarray(0, file.indexOf(10) + 1), noise]));
    assert.equal(damage.isCut, true);
  }
});

test('names of a recording that somebody made are safe to print, however JSON writes them', () => {
  const names = { name: 'a\u001b[31m\r\b\n\u202eb', plain: 'é "\\x2d"' };
  const escaped = JSON.stringify(names).replace('\u202e', '\\u202e');
  for (const text of [JSON.stringify(names), escaped]) {
    const { name, plain } = namesFromJson<typeof names>(Buffer.from(text));
    assert.doesNotMatch(name, /[\p{Cc}\u202e]/u);
    assert.equal(plain, names.plain);
  }
});

test('another version is told', () => {
  const other = Buffer.from(recording().file);
  other.write('9', 17);
  assert.throws(() => read(other), /is a recording of version 9; this nettop reads versions up to 2/);
});

test('records that have much in common are packed, and come back', () => {
  for (const stride of [1, 31, 32, 33, 50]) {
    const words = Uint32Array.from({ length: 20 * stride }, (_, place) =>
      place % 3 === 0 ? place * 2 ** 27 : 5,
    );
    const packed = packWords(words, stride);
    assert.deepEqual(unpackWords(packed, stride, words.length), words);
  }
});

test('the sum is that of RFC 1952, by Node or by table', () => {
  const bytes = readFileSync(join(root, 'package.json'));
  assert.equal(tableCrc32(Buffer.from('123456789')), 0xcbf43926);
  assert.equal(crc32(bytes), tableCrc32(bytes));
  assert.equal(tableCrc32(bytes.subarray(100), tableCrc32(bytes.subarray(0, 100))), tableCrc32(bytes));
});
