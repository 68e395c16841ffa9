import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachedBy } from './bpftool.ts';
import { act, linesOf, network, run, said } from './listener-acts.ts';
import { live, startNettop } from './nettop.ts';

for (const place of ['in', 'outside'] as const)
  test(
    `queues are those of ss, what waits longest is the first that came, and what is accepted is counted, ${place} the network namespace`,
    live(
      async (t) => {
        const { here, there } = network(t);
        const server = act(t, here, 'serve-on-demand', 8000, 60);
        await said(server);
        const nettop = startNettop(
          t,
          ['listeners', '--json', '--interval', '200ms', 'port 8000'],
          place === 'in' ? here.within : [],
        );
        const last = () => linesOf(nettop, 8000, here).at(-1);
        await nettop.until('the listener', last);
        const began = Date.now();
        const ports = (await said(act(t, there, 'queue-up', 8000, 60))).split(' ').map(Number);
        const waits = async (queue: number) => {
          const line = await nettop.until(`${queue} wait`, () => last()?.acceptQueue === queue && last());
          const [, shown = ''] = run(here, 'ss', '-Hltn', 'sport = :8000').split(/\s+/);
          assert.deepEqual([line.acceptQueue, line.acceptLimit], [Number(shown), 8]);
        };
        await waits(5);
        const first = await nettop.until('all five', () => last()?.completed === 5 && last());
        assert.deepEqual([first.accepted, first.begun, first.sockets, first.pid === null], [0, 5, 1, false]);
        await nettop.until('whom it is', () => last()?.longestWaitPort === ports[0]);
        const { longestWaitSeconds } = last() ?? assert.fail();
        assert.ok((longestWaitSeconds ?? 0) <= (Date.now() - began) / 1000 + 0.1);
        assert.ok((longestWaitSeconds ?? 0) >= 0.7);
        server.stdin?.write('one\ntwo\n');
        await waits(3);
        await nettop.until('the third is the first', () => last()?.longestWaitPort === ports[2]);
        assert.equal(last()?.accepted, 2);
        await nettop.end();
      },
      ['python3', 'nft', 'ss'],
    ),
  );

test(
  'while a SYN queue is high, and only then, SYNs are counted by source: as many as were sent, by address and network',
  live(
    async (t) => {
      const { here, there } = network(t);
      await said(act(t, here, 'serve', 8000, 120));
      const nettop = startNettop(t, ['listeners', '--json', '--interval', '500ms', 'port 8000'], here.within);
      const last = () => linesOf(nettop, 8000, here).at(-1);
      await nettop.until('the listener', last);
      const isAttached = () => attachedBy(nettop.pid).includes('count_syn');
      assert.deepEqual([isAttached(), last()?.sources], [false, null]);
      const sent = Number(await said(act(t, there, 'flood', 8000, 4)));
      await nettop.until('the verdict', () => last()?.verdict?.cause === 'SYN flood', 20_000);
      const seen = linesOf(nettop, 8000, here).length;
      await nettop.until('two looks after it', () => linesOf(nettop, 8000, here).length >= seen + 2);
      const before = last()?.sources ?? assert.fail();
      assert.ok(isAttached());
      assert.ok(before.syns > 0 && before.syns <= sent, `${before.syns} of ${sent}`);
      await said(act(t, there, 'flood-from-network', 8000, 20));
      await nettop.until('300 more', () => last()?.sources?.syns === before.syns + 300);
      const { differentAddresses, rest, networks, addresses } = last()?.sources ?? assert.fail();
      assert.deepEqual(
        [networks[0], differentAddresses - before.differentAddresses, rest],
        [{ source: '203.0.113.0/24', syns: 300 }, 100, 0],
      );
      assert.deepEqual(new Set(addresses.map(({ syns }) => syns)), new Set([3]));
      await nettop.end();
    },
    ['python3', 'nft', 'bpftool'],
  ),
);
