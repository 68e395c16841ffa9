import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { dig, REAL, startDnsServers } from './dns-servers.ts';
import { createNamespace, type Namespace } from './namespace.ts';
import { cli, live } from './nettop.ts';
import { runWithin } from './request-rows.ts';
import { until } from './until.ts';

/** As dig takes them, and as they are told. */
const NAMES: readonly [asked: string, told: string][] = [
  ['\\027[2J\\010\\000.example', '\\027[2J\\010\\000.example'],
  ['\\194\\155\\226\\128\\174.example', '\\194\\155\\226\\128\\174.example'],
  ['x,"1.example', 'x,"1.example'],
  [`${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(53)}.example`, ''],
];
/** A query whose name points to itself, one that points to its end, one of 64 letters, and a header alone. */
const DAMAGED = ['c00c00010001', 'c01000010001', `40${'61'.repeat(64)}0000010001`, ''];
const SEND = `import socket, sys
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for text in sys.argv[1:]: sock.sendto(bytes.fromhex('123401000001000000000000' + text), ('${REAL[0]}', 53))
`;

/** What nettop prints of DNS in a namespace, as it is. */
function print(t: TestContext, { name }: Namespace, ...options: string[]) {
  const child = spawn(process.execPath, [cli, 'requests', 'dns', '--netns', name, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  return {
    text: () => text,
    end: async () => {
      child.kill('SIGINT');
      await once(child, 'close');
    },
  };
}

test(
  'names that would move a cursor, end a field or turn a line around, as long as they may be, or damaged',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      await startDnsServers(t, namespace);
      const outputs = [['--json'], ['--format', 'csv'], []].map((options) => print(t, namespace, ...options));
      for (const { text } of outputs)
        await until('the first', async () => {
          await dig(namespace, `@${REAL[0]}`, 'ready.example');
          return text().includes('ready.example');
        });
      await runWithin(namespace, ['python3', '-c', SEND, ...DAMAGED]);
      for (const [asked] of NAMES) await dig(namespace, `@${REAL[0]}`, asked);
      await dig(namespace, `@${REAL[0]}`, 'last.example');
      for (const { text } of outputs) await until('the last', () => text().includes('last.example'));
      for (const { end } of outputs) await end();
      const [json = '', csv = '', plain = ''] = outputs.map(({ text }) => text());
      for (const text of [json, csv, plain])
        assert.doesNotMatch(text.replace(/\r?\n/g, ''), /[\p{Cc}\p{Cf}]/u);
      assert.ok(csv.includes(',"x,""1.example",A,'));
      const told = json
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { side?: string; dns?: { name: string; rcode: string | null } })
        .filter(({ side, dns }) => side === 'client' && dns && !/^(ready|last)\./.test(dns.name))
        .map(({ dns }) => [dns?.name, dns?.rcode]);
      assert.deepEqual(
        told,
        NAMES.map(([asked, name]) => [name || asked, 'NXDOMAIN']),
      );
    },
    ['dig', 'unbound', 'dnsmasq', 'python3'],
  ),
);
