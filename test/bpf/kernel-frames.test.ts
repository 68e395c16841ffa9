import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newSeed, seeded } from '../fixtures/filter-random.ts';
import { decodeFrame } from '../fixtures/frame-decode.ts';
import { randomFrame } from '../fixtures/frame-random.ts';
import { parse } from '../fixtures/parsed-headers.ts';
import { packetProgramsOrSkip } from '../fixtures/test-programs.ts';

/** Fields that must be seen often enough, so that the frames try everything. */
const FIELDS = ['vlan', 'icmpId', 'tcpFlags', 'tunnel', 'tunnelId', 'innerTo', 'innerSourcePort', 'status'];

test('what the kernel finds in random frames is what the RFCs say', (t) => {
  const programs = packetProgramsOrSkip(t);
  if (!programs) return;
  const random = seeded(newSeed(t));
  const seen = new Map<string, number>();
  for (let round = 0; round < 20_000; round++) {
    const frame = randomFrame(random);
    const found = parse(programs, frame);
    const about = `${round}: ${JSON.stringify({ ...frame, bytes: frame.bytes.toString('hex') })}`;
    assert.deepEqual(found, decodeFrame(frame), about);
    for (const field of Object.keys(found ?? { nothing: 0 })) seen.set(field, (seen.get(field) ?? 0) + 1);
  }
  assert.deepEqual(
    [...FIELDS, 'nothing'].filter((field) => (seen.get(field) ?? 0) < 500),
    [],
    JSON.stringify([...seen]),
  );
});
