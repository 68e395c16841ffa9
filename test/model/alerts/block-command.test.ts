import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOWHERE } from '../../../src/model/alerts/alert.ts';
import { blocked } from '../../../src/model/alerts/block-command.ts';

test('only addresses and networks come into a command that blocks', () => {
  const of = (source: string) => blocked(source, NOWHERE, 1);
  assert.match(
    of('203.0.113.9') ?? '',
    /^nft 'add table .*; add element inet nettop block4 \{ 203\.0\.113\.9 timeout 10m \}'$/,
  );
  assert.match(
    of('2001:db8::/64') ?? '',
    /ip6 saddr @block6 drop; add element inet nettop block6 \{ 2001:db8::\/64 /,
  );
  for (const hostile of [
    "203.0.113.9'; reboot; '",
    '203.0.113.9 }',
    '',
    'localhost',
    '1.2.3.4/24/8',
    '1.2.3.4/999',
  ])
    assert.equal(of(hostile), null, hostile);
});
