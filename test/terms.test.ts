import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Expression } from '../src/filter/ast.ts';
import { formatFilter } from '../src/filter/format.ts';
import { parseFilter, partsOf } from '../src/filter/parser.ts';
import { withTerm } from '../src/filter/terms.ts';
import { NAMES, newSeed, pick, type Random, randomExpression, seeded } from './filter-random.ts';

test('an address or port is added to the filter, or takes the place of the earlier one', () => {
  const cases: [filter: string, word: 'host' | 'port', value: string, result: string][] = [
    ['', 'port', '443', 'port 443'],
    ['port 443', 'port', '80', 'port 80'],
    ['port 443', 'host', '::1', 'port 443 and host ::1'],
    ['port 443 and host ::1', 'host', '10.0.0.0/8', 'port 443 and host 10.0.0.0/8'],
    ['port 443 and host ::1', 'port', '', 'host ::1'],
    ['port 80 or port 443', 'host', '::1', '(port 80 or port 443) and host ::1'],
    ['(port 80 or port 443) and host ::1', 'host', '::2', '(port 80 or port 443) and host ::2'],
    ['not port 22', 'port', '80', 'not port 22 and port 80'],
    ['src port 22', 'port', '80', 'src port 22 and port 80'],
    ['port > 1024', 'port', '80', 'port > 1024 and port 80'],
    ['(tcp or udp) and (port 1 or port 2)', 'port', '3', '(tcp or udp) and (port 1 or port 2) and port 3'],
    ['process "a and b"', 'port', '80', 'process "a and b" and port 80'],
    [
      'process "say \\"port 1\\"  ( \\\\" && PORT 2',
      'port',
      '80',
      'process "say \\"port 1\\"  ( \\\\" and port 80',
    ],
    ['443 and "port 22"', 'port', '80', '"port 22" and port 80'],
    ['tcp 10.0.0.1:1 ⇄ 10.0.0.2:2', 'port', '80', 'tcp 10.0.0.1:1 ⇄ 10.0.0.2:2 and port 80'],
    ['tcp && 10.0.0.1', 'host', '::1', 'tcp and host ::1'],
    ['flags(syn|rst) and (drop)', 'host', '::1', 'flags(syn|rst) and (drop) and host ::1'],
    ['netns blue and reason NO_*', 'port', '1', 'netns blue and reason NO_* and port 1'],
  ];
  for (const [filter, word, value, result] of cases) {
    assert.equal(withTerm(filter, word, value), result);
    assert.doesNotThrow(() => partsOf(result));
  }
});

/** Terms of a filter that is a chain of "and"; a filter that is anything else is one. */
function conjuncts(expression: Expression): Expression[] {
  if (expression.kind !== 'and') return [expression];
  return [...conjuncts(expression.left), expression.right];
}

/** The same, whatever the brackets. */
function all(expression: Expression): Expression[] {
  return expression.kind === 'and' ? [...all(expression.left), ...all(expression.right)] : [expression];
}

const PIECES = [
  '"',
  '\\',
  ' ',
  '  ',
  '(',
  ')',
  'and',
  'or',
  'port 22',
  'host ::1',
  '&&',
  '||',
  'é',
  '日',
  '→',
  "'",
  'x',
];

function randomName(random: Random): string {
  return Array.from({ length: 1 + random(6) }, () => pick(random, PIECES)).join('');
}

test('any filter, with any names in it, parses with another address or port, and means the same beside it', (t) => {
  const random = seeded(newSeed(t));
  for (let round = 0; round < 20_000; round++) {
    const name: Expression = { kind: 'process', name: `n${randomName(random)}` };
    const other = randomExpression(random, 1 + random(4));
    const [left, right] = random(2) === 0 ? [name, other] : [other, name];
    const before: Expression = { kind: pick(random, ['and', 'and', 'or']), left, right };
    const word = pick(random, ['host', 'port'] as const);
    const text = formatFilter(before);
    const value = word === 'host' ? '203.0.113.9' : '8443';
    const after = parseFilter(withTerm(text, word, value), NAMES);
    assert.ok(after);
    const isReplaced = (term: Expression): boolean =>
      term.kind === word && term.side === 'either' && (term.kind === 'host' || term.low === term.high);
    const parsed = parseFilter(text, NAMES) ?? assert.fail();
    const kept = conjuncts(parsed).filter((term) => !isReplaced(term));
    const wanted = [...kept.flatMap(all).map(formatFilter), `${word} ${value}`];
    assert.deepEqual(all(after).map(formatFilter), wanted, text);
  }
});
