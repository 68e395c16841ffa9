import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { capabilitiesOfUnit } from '../fixtures/packaging.ts';
import { createNamespace } from './namespace.ts';
import { live } from './nettop.ts';
import { startPeer } from './peer.ts';
import { startServing } from './serving.ts';

const SENT = 3_456_789;
const NOBODY = '65534';

/** A command under which a program is nobody, with these capabilities and no others. */
function withOnly(capabilities: readonly string[]): string[] {
  const set = ['-all', ...capabilities.map((name) => `+${name.replace(/^CAP_/, '').toLowerCase()}`)].join(
    ',',
  );
  const sets = ['--bounding-set', '--inh-caps', '--ambient-caps'].flatMap((name) => [name, set]);
  return ['setpriv', '--reuid', NOBODY, '--regid', NOBODY, '--clear-groups', '--no-new-privs', ...sets];
}

test(
  'with the capabilities of the unit alone serve tells bytes to the byte, of root’s processes in other namespaces too',
  live(
    async (t) => {
      const capabilities = capabilitiesOfUnit();
      const serving = startServing(t, [], withOnly(capabilities));
      const { within } = createNamespace(t);
      const server = await startPeer(t, { name: 'unit server', within });
      const client = await startPeer(t, { name: 'unit client', within });
      await serving.url();
      const status = readFileSync(`/proc/${serving.pid}/status`, 'utf8');
      assert.match(status, /^Uid:\t65534\t65534\t/m);
      const port = await server.ask('listen', '127.0.0.1');
      await client.ask('connect', '127.0.0.1', port);
      await client.ask('send', SENT);
      const bytes = (values: Map<string, number>, way: string, process: string) =>
        values.get(`nettop_process_${way}_bytes_total{process="${process}"}`);
      const values = await serving.valuesWhen(
        'the transfer at both ends',
        (all) =>
          bytes(all, 'receive', 'unit server') === SENT && bytes(all, 'transmit', 'unit client') === SENT,
      );
      const collectors = [...values].filter(([name]) => name.startsWith('nettop_collector_up'));
      assert.ok(collectors.length > 0);
      assert.deepEqual(
        collectors.filter(([, value]) => value !== 1),
        [],
      );
      await serving.end();
    },
    ['setpriv', 'ip'],
  ),
);
