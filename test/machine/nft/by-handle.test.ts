import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ruleByHandle } from '../../../src/machine/nft/by-handle.ts';
import { readRuleset } from '../../../src/machine/nft/ruleset.ts';
import { JSON_OF_NFT, LISTING_OF_NFT } from '../../fixtures/nft.ts';

const TABLE = 6;

test('a rule by its handle and its table’s: handles count anew in each table', () => {
  const ruleset = readRuleset(JSON_OF_NFT, LISTING_OF_NFT);
  assert.deepEqual(ruleByHandle(ruleset, TABLE, 15), {
    candidates: 1,
    family: 'inet',
    table: 't',
    chain: 'd',
    handle: 15,
    text: 'ip6 nexthdr tcp drop',
    inferred: false,
  });
  assert.equal(ruleByHandle(ruleset, TABLE, 99), null);
  assert.equal(ruleByHandle(ruleset, TABLE + 1, 15), null);
});
