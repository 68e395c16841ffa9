import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectNamespaces, createNamespace, ip, type Namespace } from './namespace.ts';
import { live, startNettop } from './nettop.ts';
import { startPythonWithin } from './python.ts';
import type { RequestLine } from './rows.ts';
import { until } from './until.ts';

const SETTINGS = `[server]
host-name=printer
use-ipv6=no
enable-dbus=no
allow-interfaces=cable
[publish]
publish-workstation=no
publish-hinfo=no
publish-aaaa-on-ipv4=no
`;

/** What is new is said until then without being asked: RFC 6762, 8.3. */
const ANNOUNCED_MS = 4000;

/** It answers for `printer.local`; resolves when that is its own. */
async function startAvahi(t: TestContext, { within }: Namespace): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-mdns-'));
  const file = join(folder, 'avahi.conf');
  writeFileSync(file, SETTINGS);
  const options = ['--no-drop-root', '--no-chroot', '--no-rlimits', '--no-proc-title'];
  const [command = '', ...args] = [...within, 'avahi-daemon', '-f', file, ...options];
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  t.after(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await until(`avahi: ${said}`, () => said.includes('startup complete'));
  return child.pid ?? 0;
}

const told = ({ side, pid, peerPid, dns, incomplete }: RequestLine) => [
  side,
  pid,
  peerPid,
  dns?.name,
  dns?.answers,
  incomplete,
];

test(
  'multicast DNS of two hosts: who asks has the answer that goes to all, and who answers has the query',
  live(
    async (t) => {
      const [one, other] = [createNamespace(t), createNamespace(t)];
      connectNamespaces(one, other);
      for (const { name } of [one, other]) ip('-n', name, 'route', 'add', '224.0.0.0/4', 'dev', 'cable');
      const avahi = await startAvahi(t, other);
      await sleep(ANNOUNCED_MS);
      const asker = startPythonWithin(t, one.within, 'ask_mdns', '192.0.2.1');
      await asker.tells(0);
      const nettop = startNettop(t, ['requests', '--json', 'dns', 'port', '5353']);
      const of = (name: string) => nettop.requests.filter(({ dns }) => dns?.name === name);
      await nettop.until('a query', () => {
        asker.goOn('ready.local');
        return of('ready.local').length > 0;
      });
      asker.goOn('Printer.local');
      await nettop.until('both ends', () => of('Printer.local').length === 2);
      asker.goOn('nobody.local');
      await nettop.until('no answer', () => of('nobody.local').length > 0);
      await nettop.end();
      const [first, second] = of('Printer.local').map(told).sort();
      assert.deepEqual(first, ['client', asker.pid, avahi, 'Printer.local', ['192.0.2.2'], null]);
      assert.deepEqual(second, ['server', avahi, asker.pid, 'Printer.local', ['192.0.2.2'], null]);
      assert.deepEqual(of('nobody.local').map(told), [
        ['client', asker.pid, null, 'nobody.local', [], 'no answer'],
      ]);
    },
    ['avahi-daemon', 'python3'],
  ),
);
