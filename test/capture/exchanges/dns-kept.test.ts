import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DnsKept } from '../../../src/capture/exchanges/dns-kept.ts';
import { evictOldest } from '../../../src/model/oldest.ts';
import { newSeed, seeded } from '../../fixtures/filter-random.ts';

const MOST = 300;
const far = (port: number, id: number) => `>${port} 0,0,65535,${port} ${id} `;

test('the one with a number is found, where it is one alone, as by going through all', (t) => {
  const pick = seeded(newSeed(t));
  const kept = new DnsKept<number>();
  for (let step = 0; step < 20_000; step++) {
    const number = far(pick(4), pick(50));
    const name = pick(10) === 0 ? '' : `n${pick(4)}.example A`; // '': its question was not known
    if (pick(3) === 0) kept.delete(number + name);
    else kept.set(number + name, step);
    evictOldest(kept, MOST);
    const asked = far(pick(4), pick(50));
    const begun = [...kept.keys()].filter((key) => key.startsWith(asked));
    assert.deepEqual(kept.find(asked), begun.length === 1 ? begun : []);
    assert.deepEqual(
      kept.find(`${asked}n1.example A`),
      begun.filter((key) => key.endsWith(' n1.example A')).slice(0, 1),
    );
  }
});

test('to look for a number goes through no keys', () => {
  const kept = new DnsKept<number>();
  for (let id = 0; id < 8192; id++) kept.set(`${far(53, id)}a.example A`, id);
  const refuse = () => assert.fail('it goes through all');
  Object.assign(kept, { keys: refuse, entries: refuse, forEach: refuse, [Symbol.iterator]: refuse });
  assert.deepEqual(kept.find(far(53, 8191)), [`${far(53, 8191)}a.example A`]);
  assert.deepEqual(kept.find(far(53, 8192)), []);
});
