import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Sightings } from '../../src/views/trace/sightings.ts';

const [TCP, UDP] = [6, 17];
const first = { packet: 1n, skb: 0x10n, point: 4, hop: 1, protocol: TCP, atNs: 1e9 };

function after(...seen: (typeof first)[]): Sightings {
  const sightings = new Sightings();
  for (const one of seen) sightings.told(one);
  return sightings;
}

test('a packet is new once, at whatever function; another packet is another', () => {
  const sightings = after(first);
  assert.equal(sightings.isFirst({ ...first, point: 0, hop: 2, atNs: 1.1e9 }), false);
  assert.equal(sightings.isFirst({ ...first, packet: 2n }), true);
});

test('the same segment in another buffer, a round trip later where it was seen before: it is sent again', () => {
  const again = { ...first, skb: 0x20n, atNs: 1.2e9 };
  assert.equal(after(first).isFirst(again), true);
  assert.equal(
    after(first).isFirst({ ...again, atNs: 1e9 + 1000 }),
    false,
    'a copy for another port of a bridge',
  );
  assert.equal(after(first).isFirst({ ...again, point: 3 }), false, 'a copy that a tap reads');
  assert.equal(after(first).isFirst({ ...again, protocol: UDP }), false);
});

test('what is long past is forgotten, what is not is kept', () => {
  const sightings = after(first);
  for (let packet = 2n; packet <= 50_000n; packet++) sightings.told({ ...first, packet });
  assert.equal(sightings.isFirst(first), false);
  for (let packet = 2n; packet <= 100_002n; packet++) sightings.told({ ...first, packet: -packet });
  assert.equal(sightings.isFirst(first), true);
});
