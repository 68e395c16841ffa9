import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { createNamespace, ip } from './namespace.ts';
import { live } from './nettop.ts';
import { startPeer } from './peer.ts';
import { startPythonWithin } from './python.ts';
import { has, openScreenWithin } from './screen.ts';

/** An address that is public by its number; here it is on loopback. */
const PUBLIC = '8.8.4.4';

test(
  'n and N: names by the DNS server of the namespace, addresses of private networks only when asked',
  live(
    async (t) => {
      const { name, within } = createNamespace(t);
      mkdirSync(`/etc/netns/${name}`, { recursive: true });
      t.after(() => rmSync(`/etc/netns/${name}`, { recursive: true }));
      writeFileSync(`/etc/netns/${name}/resolv.conf`, 'nameserver 127.0.0.1\n');
      ip('-n', name, 'address', 'add', `${PUBLIC}/32`, 'dev', 'lo');
      ip('-n', name, 'address', 'add', '10.9.9.9/32', 'dev', 'lo');
      const dns = startPythonWithin(t, within, 'names', 'public.example.net', 'private.example.net');
      await dns.tells(0);
      const peer = await startPeer(t, { name: 'nt-names', within });
      const ports = [await peer.ask('listen', PUBLIC), await peer.ask('listen', '10.9.9.9')] as const;
      await peer.ask('connect', PUBLIC, ports[0]);
      await peer.ask('connect', '10.9.9.9', ports[1]);

      writeFileSync(`/etc/netns/${name}/services`, `nt-service ${ports[1]}/tcp\n`);

      const ui = await openScreenWithin(t, within, '--interval', '500ms');
      ui.write('2/process nt-names\r');
      await ui.until(has(new RegExp(` ${PUBLIC}:${ports[0]} `)));
      ui.write('n');
      await ui.until(has(new RegExp(` public\\.example\\.net:${ports[0]} `)));
      const screen = await ui.until(has(/ 10\.9\.9\.9:/));
      assert.ok(!screen.some((line) => line.includes('private.example.net')));
      assert.equal(await dns.tells(1), 1);
      ui.write('n');
      await ui.until(has(new RegExp(` private\\.example\\.net:${ports[1]} `)));
      ui.write('N');
      await ui.until(has(/ private\.example\.net:nt-service /));
      ui.write('n');
      await ui.until((lines) => !lines.some((line) => line.includes('example.net')));
    },
    ['ip', 'python3'],
  ),
);
