import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Namespace } from './namespace.ts';
import type { Nettop } from './nettop.ts';
import { followRequests, runWithin } from './request-rows.ts';
import { until } from './until.ts';

/** unbound listens there, dnsmasq asks it and listens here: each with IPv6 too. */
export const REAL = ['127.0.0.2', '::1'] as const;
export const STUB = '127.0.0.1';

/** What unbound has to say of them; what else there is of `example` is not. */
const RECORDS = [
  'a.example. 60 A 192.0.2.7',
  'a.example. 60 A 192.0.2.8',
  'a.example. 60 AAAA 2001:db8::7',
  'many.example. 60 MX 10 a.example.',
  ...Array.from({ length: 12 }, (_, index) => `twelve.example. 60 A 192.0.2.${index + 1}`),
  ...Array.from({ length: 10 }, (_, index) => `big.example. 60 TXT "${index}${'x'.repeat(200)}"`),
  ...Array.from({ length: 40 }, (_, index) => `huge.example. 60 TXT "${index}${'x'.repeat(200)}"`),
];

const settings = (folder: string): string => `server:
${REAL.map((address) => `  interface: ${address}`).join('\n')}
  do-daemonize: no
  username: ""
  chroot: ""
  directory: "${folder}"
  pidfile: ""
  use-syslog: no
  do-not-query-localhost: no
  access-control: 0.0.0.0/0 allow
  access-control: ::0/0 allow
  module-config: "iterator"
  outgoing-range: 64
  local-zone: "example." static
  local-zone: "refused.example." refuse
  local-zone: "silent.example." deny
${RECORDS.map((record) => `  local-data: '${record}'`).join('\n')}
forward-zone:
  name: "broken.net."
  forward-addr: 127.0.0.9
  forward-tcp-upstream: yes
`;

const DNSMASQ = [
  ...['dnsmasq', '--keep-in-foreground', '--no-resolv', '--no-hosts', '--conf-file=/dev/null', '--user=root'],
  ...[
    '--pid-file=',
    '--cache-size=0',
    '--bind-interfaces',
    `--listen-address=${STUB}`,
    `--server=${REAL[0]}`,
  ],
];

export interface DnsServers {
  real: ChildProcess;
  stub: ChildProcess;
}

/** The two in a namespace; resolves when they answer. */
export async function startDnsServers(t: TestContext, namespace: Namespace): Promise<DnsServers> {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-dns-'));
  const file = join(folder, 'unbound.conf');
  writeFileSync(file, settings(folder));
  const start = (...command: string[]): ChildProcess => {
    const [program = '', ...args] = [...namespace.within, ...command];
    const child = spawn(program, args, { stdio: 'ignore' });
    t.after(() => child.kill('SIGKILL'));
    return child;
  };
  const servers = { real: start('unbound', '-c', file), stub: start(...DNSMASQ) };
  t.after(() => rmSync(folder, { recursive: true }));
  for (const address of [...REAL, STUB])
    await until(`an answer of ${address}`, async () =>
      (await dig(namespace, `@${address}`, 'a.example', '+time=1', '+tries=1')).stdout.includes('192.0.2.7'),
    );
  return servers;
}

/** Its pid is that of the socket that asks. */
export const dig = (namespace: Namespace, ...args: string[]) =>
  runWithin(namespace, ['dig', '-r', '+nostats', ...args]);

/**
 * dnsperf asks for those names, again and again, without waiting for answers; resolves with how often it asked.
 * `options` such as `-m tcp`.
 */
export async function dnsperf(
  namespace: Namespace,
  names: readonly string[],
  times: number,
  ...options: string[]
): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-dns-'));
  try {
    const file = join(folder, 'names');
    writeFileSync(file, names.map((name) => `${name}\n`).join(''));
    const args = ['-s', REAL[0], '-d', file, '-n', String(times), ...options];
    const { stdout } = await runWithin(namespace, ['dnsperf', ...args]);
    return Number(/Queries sent:\s+(\d+)/.exec(stdout)?.[1]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** nettop on DNS of a namespace, from `ready.example` on: what others say is not told, and takes no room. */
export const followDns = (t: TestContext, namespace: Namespace): Promise<Nettop> =>
  followRequests(t, namespace, () => dig(namespace, `@${REAL[0]}`, 'ready.example'), ['dns']);
