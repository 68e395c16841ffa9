import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Expression } from '../../src/filter/ast.ts';
import { withTerm } from '../../src/filter/edit.ts';
import { evaluate } from '../../src/filter/evaluate.ts';
import type { Filter } from '../../src/filter/filter.ts';
import { formatFilter } from '../../src/filter/format.ts';
import { readFilter } from '../../src/filter/parser.ts';
import {
  NAMES,
  newSeed,
  pick,
  type Random,
  randomExpression,
  randomPacket,
  seeded,
} from '../fixtures/filter-random.ts';

const read = (text: string): Filter =>
  readFilter(text, {
    ...NAMES,
    netns: () => 7,
    dropReasons: (pattern) => (NAMES.dropReasons(pattern)?.length ? NAMES.dropReasons(pattern) : [3]),
  });

const edited = (filter: Filter, word: 'host' | 'port', value: string): Filter =>
  withTerm(filter, word, read(value === '' ? '' : `${word} ${value}`));

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
    ['tcp and (PORT 1 && (nginx and (drop) and port 2))', 'port', '3', 'tcp and nginx and (drop) and port 3'],
    ['tcp and not (port 1 and nginx)', 'port', '3', 'tcp and not (port 1 and nginx) and port 3'],
    ['netns blue and reason NO_*', 'port', '1', 'netns blue and reason NO_* and port 1'],
  ];
  for (const [filter, word, value, result] of cases) {
    assert.equal(edited(read(filter), word, value).text, result);
    assert.doesNotThrow(() => read(result));
  }
});

test('what a filter in force has looked up stays, also where the machine has it no more', () => {
  const before = readFilter('netns blue and reason NO_* and port 1', {
    netns: () => 4026532001,
    dropReasons: () => [3, 7],
  });
  assert.equal(
    formatFilter(edited(before, 'port', '2').expression ?? assert.fail()),
    'netns 4026532001 and reason NO_* and port 2',
  );
  assert.deepEqual(before.parts[1]?.expression, edited(before, 'port', '2').parts[1]?.expression);
});

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

/** The same filter as somebody may type it: other spaces, brackets, cases and signs. */
function typed(random: Random, expression: Expression): string {
  const space = () => pick(random, [' ', '  ', '\t']);
  switch (expression.kind) {
    case 'and':
    case 'or': {
      const { kind, left, right } = expression;
      const join = pick(random, kind === 'and' ? ['and', 'AND', '&&'] : ['or', 'Or', '||']);
      return `${inBrackets(random, left)}${space()}${join}${space()}${inBrackets(random, right)}`;
    }
    case 'not':
      return `${pick(random, ['not ', '!', 'NOT\t'])}${inBrackets(random, expression.operand)}`;
    default:
      return formatFilter(expression);
  }
}

function inBrackets(random: Random, expression: Expression): string {
  const text = typed(random, expression);
  const isJoin = expression.kind === 'and' || expression.kind === 'or';
  return isJoin || random(4) === 0 ? `(${pick(random, ['', ' '])}${text})` : text;
}

/** Whether both hold, in three-valued logic. */
function both(left: boolean | null, right: boolean | null): boolean | null {
  if (left === false || right === false) return false;
  return left === null || right === null ? null : true;
}

/** Terms that must all hold, whatever the brackets. */
function conjuncts(expression: Expression): Expression[] {
  if (expression.kind !== 'and') return [expression];
  return [...conjuncts(expression.left), ...conjuncts(expression.right)];
}

const EITHER = { host: 'source,destination', port: 'sourcePort,destinationPort' };

/** One address, name or port at either end. */
function isReplaced(term: Expression, word: 'host' | 'port'): boolean {
  if (word === 'host' && term.kind === 'text') return term.fields.join() === 'sourceName,destinationName';
  const isOne = term.kind === 'network' || (term.kind === 'range' && term.low === term.high);
  return isOne && term.fields.join() === EITHER[word];
}

test('any filter, with any names in it, parses with another address or port, and means both', (t) => {
  const random = seeded(newSeed(t));
  for (let round = 0; round < 10_000; round++) {
    const name: Expression = {
      kind: 'text',
      fields: ['process'],
      match: 'part',
      text: `n${randomName(random)}`,
    };
    const other = randomExpression(random, 1 + random(4));
    const named: Expression = random(3) > 0 ? { kind: 'not', operand: name } : name;
    const [left, right] = random(2) === 0 ? [named, other] : [other, named];
    const whole: Expression = { kind: pick(random, ['and', 'and', 'or']), left, right };
    const before = read(typed(random, whole));
    assert.deepEqual(before.expression, whole);
    const word = pick(random, ['host', 'port'] as const);
    const value = pick(
      random,
      word === 'host' ? ['10.0.0.1', '10.0.0.0/8', '10.0.0.1:80'] : ['443', '> 442'],
    );
    const after = edited(before, word, value);
    const about = `${before.text} with ${word} ${value}`;
    assert.deepEqual(read(after.text), after, about);
    assert.deepEqual(structuredClone(after), after);
    const packet = randomPacket(random);
    const kept = conjuncts(whole).filter((term) => !isReplaced(term, word));
    const judged = [...kept, read(`${word} ${value}`).expression ?? assert.fail()].map((term) =>
      evaluate(term, packet),
    );
    assert.equal(evaluate(after.expression ?? assert.fail(), packet), judged.reduce(both, true), about);
    for (const { text } of before.parts)
      if (kept.length === conjuncts(whole).length) assert.ok(after.text.includes(text));
  }
});
