import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unnamedRule } from '../../src/model/dropping-rule.ts';
import { formatRule, ruleLines } from '../../src/panes/rule.ts';
import { rule } from '../fixtures/lives.ts';

test('a rule in words: one, a policy, one of several in a chain or in none', () => {
  const several = { ...rule, candidates: 3, handle: null, text: null };
  assert.deepEqual(
    [
      rule,
      { ...rule, handle: null, text: 'policy drop' },
      several,
      { ...several, family: null, table: null, chain: null },
      unnamedRule(7),
    ].map(formatRule),
    [
      'inet filter input handle 7: tcp dport 22 counter drop',
      'inet filter input: policy drop',
      'one of 3 rules in inet filter input',
      'one of 3 rules',
      'handle 7',
    ],
  );
});

test('what is inferred is a likely rule', () => {
  assert.equal(ruleLines(rule, 100)[0]?.[0], 'likely rule');
  assert.equal(ruleLines({ ...rule, inferred: false }, 100)[0]?.[0], 'rule');
});
