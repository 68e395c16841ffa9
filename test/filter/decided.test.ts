import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decided } from '../../src/filter/decided.ts';
import { evaluate } from '../../src/filter/evaluate.ts';
import { ANY_NAMES, readFilter } from '../../src/filter/parser.ts';
import { newSeed, randomExpression, randomPacket, seeded } from '../fixtures/filter-random.ts';

const of = (text: string, machine: string) => {
  const { expression } = readFilter(text, ANY_NAMES);
  return expression && decided(expression, { machine });
};

test('terms of what is known are decided, and the others are left', () => {
  assert.equal(of('machine web1', 'web1'), true);
  assert.equal(of('machine web1', 'db1'), false);
  assert.equal(of('machine web1 and port 80', 'db1'), false);
  assert.equal(of('machine web1 or port 80', 'web1'), true);
  assert.deepEqual(of('not machine web1 and port 80', 'db1'), readFilter('port 80').expression);
  assert.deepEqual(of('machine web1 and port 80 or machine db1', 'web1'), readFilter('port 80').expression);
});

test('what is left matches what the whole does', (t) => {
  const random = seeded(newSeed(t));
  for (let round = 0; round < 3000; round++) {
    const expression = randomExpression(random, 1 + random(6));
    const packet = randomPacket(random);
    const { machine } = packet;
    const left = decided(expression, { machine });
    const result = typeof left === 'boolean' ? left : evaluate(left, packet);
    assert.equal(result, evaluate(expression, packet));
  }
});
