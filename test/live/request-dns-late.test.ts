import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { dig, dnsperf, followDns, REAL, startDnsServers } from './dns-servers.ts';
import { createNamespace } from './namespace.ts';
import { live } from './nettop.ts';
import { ofSide } from './request-rows.ts';

/** What has no answer by then is told so. */
const SETTLED_MS = 7000;

test(
  'an answer that comes after 5 s: told as none, then with it, by one row',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      const { real } = await startDnsServers(t, namespace);
      const nettop = await followDns(t, namespace);
      real.kill('SIGSTOP');
      const asked = dig(namespace, `@${REAL[0]}`, 'a.example', '+time=12', '+tries=1');
      const of = (side: 'client' | 'server') =>
        ofSide(nettop.requests, side).filter(({ dns }) => dns?.name === 'a.example');
      await nettop.until(
        'no answer at both ends',
        () => of('client').length + of('server').length === 2,
        9000,
      );
      real.kill('SIGCONT');
      await asked;
      await nettop.until('the answer', () => of('client').length + of('server').length === 4, 5000);
      await nettop.end();
      for (const side of ['client', 'server'] as const) {
        const [none, late, ...more] = of(side);
        assert.ok(none && late);
        assert.deepEqual(more, []);
        assert.deepEqual(
          [none.incomplete, none.dns?.rcode, late.incomplete, late.dns?.rcode],
          ['no answer', null, 'late answer', 'NOERROR'],
        );
        assert.equal(none.time, late.time);
        assert.ok((late.firstByteMicroseconds ?? 0) > 5e6);
      }
    },
    ['dig', 'unbound', 'dnsmasq'],
  ),
);

test(
  'where the ring is full, rows and counted losses are the queries that were asked',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      await startDnsServers(t, namespace);
      const nettop = await followDns(t, namespace);
      nettop.signal('SIGSTOP');
      const sent = await dnsperf(
        namespace,
        ['a.example A', 'none.example A', 'a.example AAAA'],
        8000,
        '-c',
        '4',
      );
      nettop.signal('SIGCONT');
      await sleep(SETTLED_MS);
      await nettop.end();
      const { requests = 0, pieces = 0 } = nettop.requestTotals?.lost ?? {};
      const told = nettop.requests.filter(
        ({ dns, incomplete }) => dns && dns.name !== 'ready.example' && incomplete !== 'late answer',
      );
      assert.ok(requests > 0 && pieces > 0, `${requests} queries and ${pieces} others were lost`);
      assert.equal(told.length + requests, 2 * sent);
      for (const { dns, incomplete } of told) {
        assert.ok(incomplete === null || incomplete === 'pieces lost', `${incomplete}`);
        if (dns?.rcode !== null) assert.equal(dns?.rcode, dns?.name === 'a.example' ? 'NOERROR' : 'NXDOMAIN');
      }
    },
    ['dig', 'unbound', 'dnsmasq', 'dnsperf'],
  ),
);
