import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ip, type Namespace } from './namespace.ts';
import { inode } from './namespace-facts.ts';
import { live, startNettop } from './nettop.ts';
import { startPythonWithin } from './python.ts';
import { cabled, FAR, rules } from './unreachable.ts';

const PORT = 1001;
const [NEAR6, FAR6] = ['2001:db8:1::1', '2001:db8:1::2'];

function addressed6(near: Namespace, far: Namespace): void {
  for (const [{ name }, address] of [[near, NEAR6] as const, [far, FAR6] as const])
    ip('-n', name, 'address', 'add', `${address}/64`, 'dev', 'cable', 'nodad');
}

test(
  'messages about connections that were made: named while they hold them up, and as what ended them',
  live(
    async (t: TestContext) => {
      const [near, far] = cabled(t);
      addressed6(near, far);
      const server = startPythonWithin(t, far.within, 'accept_all', PORT);
      await server.tells(0);
      const nettop = startNettop(t, ['connections', '--json', '--interval', '200ms', '--netns', near.name]);
      const client = startPythonWithin(t, near.within, 'hurt', PORT, FAR, FAR6);
      await client.tells(0);
      const lines = (address: string) =>
        nettop.connections.filter((line) => line.remoteAddress === address && line.pid === client.pid);
      await nettop.until('both are open', () => lines(FAR).length > 0 && lines(FAR6).length > 0);
      rules(far, 'input', [
        `meta nfproto ipv4 tcp dport ${PORT} reject with icmp type host-prohibited`,
        `meta nfproto ipv6 tcp dport ${PORT} reject with icmpv6 type admin-prohibited`,
      ]);
      client.goOn();
      assert.deepEqual(await client.tells(1), ['EHOSTUNREACH', 'EACCES']);
      await nettop.until('both have ended', () =>
        [FAR, FAR6].every((address) => lines(address).some(({ ending }) => ending !== null)),
      );
      await nettop.end();
      for (const [address, protocol, type, code, error, reason] of [
        [FAR, 'icmp', 3, 10, 'EHOSTUNREACH', 'ICMP host prohibited'],
        [FAR6, 'icmp6', 1, 1, 'EACCES', 'ICMPv6 admin prohibited'],
      ] as const) {
        const message = { protocol, type, code, sender: address };
        const [first, last] = [lines(address)[0], lines(address).findLast(({ ending }) => ending)];
        assert.equal(first?.icmp, null);
        const held = lines(address).filter(({ ending, icmp }) => ending === null && icmp !== null);
        assert.ok(held.length > 0, `${address} was not named while it was open`);
        for (const { icmp, netns } of held) assert.deepEqual([icmp, netns], [message, inode(near)]);
        const { ending } = last ?? {};
        assert.deepEqual(
          [ending?.cause, ending?.error, ending?.reason, ending?.icmp],
          ['unreachable', error, reason, message],
        );
      }
    },
    ['python3', 'nft'],
  ),
);
