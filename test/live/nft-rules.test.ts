import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectNamespaces, createNamespace } from './namespace.ts';
import { inode, runIn, showSign } from './namespace-facts.ts';
import { live, startNettop } from './nettop.ts';
import { startPythonWithin } from './python.ts';

const RULES = `table inet web {
  set known { type ipv4_addr; flags interval; elements = { 192.0.2.0/28 }; }
  chain ports { tcp dport 1 drop; meta length > 500 numgen inc mod 3 == 1 counter drop; }
  chain input { type filter hook input priority 0; tcp dport 2 drop; ip saddr @known meta l4proto tcp jump ports; }
}`;
const DROP = 'meta length > 500 numgen inc mod 3 1 counter drop';

/** The handle that nft itself gives a rule. */
function handleOf(listing: string, rule: string): number {
  const line = listing.split('\n').find((text) => text.replace(/ packets \d+ bytes \d+/, '').includes(rule));
  return Number(/# handle (\d+)$/.exec(line ?? '')?.[1]);
}

test(
  'the rule that drops a segment in another network namespace: by its handle and text, in drops and connections',
  live(
    async (t) => {
      const [near, far] = [createNamespace(t), createNamespace(t)];
      connectNamespaces(near, far);
      runIn(far, 'nft', RULES);
      const handle = handleOf(runIn(far, 'nft', '-a', 'list', 'ruleset'), DROP);
      assert.ok(handle > 0);
      const sink = startPythonWithin(t, far.within, 'sink', '192.0.2.2', 65_536, 0);
      const port = await sink.tells(0);
      const rows = startNettop(t, ['connections', '--json', '--interval', '200ms', '--netns', near.name]);
      const drops = startNettop(t, ['drops', '--json', '--interval', '200ms', '--netns', far.name]);
      await showSign(near, () => rows.connections.length > 0);
      const writer = startPythonWithin(t, near.within, 'write', '192.0.2.2', port, 12, 1000, 60);
      const from = await writer.tells(0);
      writer.goOn();
      await writer.tells(1, 30_000);
      const drop = await rows.until(
        'the rule of the connection',
        () =>
          rows.connections.findLast(({ localPort, drop: found }) => localPort === from && found?.rule)?.drop,
      );
      const row = await drops.until('the rule of the drops', () =>
        drops.drops.find(({ rule, last }) => rule && last?.destinationPort === port),
      );
      await rows.end();
      await drops.end();
      const expected = {
        candidates: 1,
        family: 'inet',
        table: 'web',
        chain: 'ports',
        handle,
        text: DROP,
        inferred: true,
      };
      assert.deepEqual([drop.netns, drop.rule], [inode(far), expected]);
      assert.deepEqual([row.netns, row.rule], [inode(far), expected]);
    },
    ['python3', 'nft'],
  ),
);
