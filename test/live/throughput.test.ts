import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createNamespace, ip, type Namespace } from './namespace.ts';
import { runIn } from './namespace-facts.ts';
import { live } from './nettop.ts';
import { cable, withoutIpv6 } from './wire-counts.ts';

const entry = fileURLToPath(new URL('throughput-entry.ts', import.meta.url));
const PINGS = 20;
const PING = `
import socket, struct, sys
sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
sock.settimeout(5)
sock.connect((sys.argv[1], 0))
for number in range(int(sys.argv[2])):
    sock.send(struct.pack(">BBHHH", 8, 0, 0xffff - 0x0800 - number, 0, number) + bytes(1000))
    sock.recv(2000)
`;
/** With IP, ICMP and Ethernet headers. */
const FRAMES = PINGS * (1000 + 42);

/** What the network of a namespace moved since it was asked before. */
async function startMeter(t: TestContext, { within }: Namespace): Promise<() => Promise<string>> {
  const [command = '', ...rest] = [...within, process.execPath, '--import', 'tsx', entry];
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  await lines.next();
  return async () => {
    child.stdin.write('\n');
    const { rxBytes, txBytes } = JSON.parse((await lines.next()).value ?? '{}');
    return `in ${times(rxBytes)} out ${times(txBytes)}`;
  };
}

/** How often the pings are in there; ARP and the like are small beside them. */
const times = (bytes: number) => (bytes / FRAMES).toFixed(1);

function ping(from: Namespace, to: string): void {
  runIn(from, 'python3', '-c', PING, to, String(PINGS));
}

/** A host with an uplink 10.9.1.1 to a server 10.9.1.2. */
function hostAndServer(t: TestContext): { host: Namespace; server: Namespace } {
  const [host, server] = [createNamespace(t), createNamespace(t)];
  for (const one of [host, server]) withoutIpv6(one);
  cable(host, server, 'uplink', 1);
  return { host, server };
}

/** A device of the kind that lies on the uplink, at both ends: 10.9.3.1 and 10.9.3.2. */
function layOn(one: Namespace, host: number, ...kind: string[]): void {
  ip('-n', one.name, 'link', 'add', 'over', ...kind);
  ip('-n', one.name, 'address', 'add', `10.9.3.${host}/24`, 'dev', 'over');
  ip('-n', one.name, 'link', 'set', 'over', 'up');
}

test(
  'a container behind a bridge: what passes uplink, bridge and veth is in the sum once',
  live(
    async (t) => {
      const { host, server } = hostAndServer(t);
      const container = createNamespace(t);
      withoutIpv6(container);
      ip('-n', host.name, 'link', 'add', 'docker0', 'type', 'bridge');
      ip('-n', host.name, 'address', 'add', '10.9.2.1/24', 'dev', 'docker0');
      ip('-n', host.name, 'link', 'set', 'docker0', 'up');
      cable(host, container, 'inner', 0);
      ip('-n', host.name, 'link', 'set', 'inner', 'master', 'docker0');
      ip('-n', container.name, 'address', 'add', '10.9.2.2/24', 'dev', 'inner');
      ip('-n', container.name, 'route', 'add', 'default', 'via', '10.9.2.1');
      ip('-n', server.name, 'route', 'add', '10.9.2.0/24', 'via', '10.9.1.1');
      runIn(host, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward');
      const moved = await startMeter(t, host);
      ping(container, '10.9.1.2');
      assert.equal(await moved(), 'in 1.0 out 1.0');
      ping(container, '10.9.2.1');
      assert.equal(await moved(), 'in 0.0 out 0.0');
      const inner = await startMeter(t, container);
      ping(container, '10.9.1.2');
      assert.equal(await inner(), 'in 1.0 out 1.0', 'within a container, its own device is the way out');
    },
    ['ip', 'python3'],
  ),
);

for (const [name, kind] of Object.entries({
  VLAN: () => ['link', 'uplink', 'type', 'vlan', 'id', '7'],
  macvlan: () => ['link', 'uplink', 'type', 'macvlan'],
  tunnel: (host: number) => ['type', 'gretap', 'local', `10.9.1.${host}`, 'remote', `10.9.1.${3 - host}`],
  VXLAN: (host: number) => [
    'type',
    'vxlan',
    'id',
    '7',
    'dstport',
    '4789',
    'local',
    `10.9.1.${host}`,
    'remote',
    `10.9.1.${3 - host}`,
  ],
}))
  test(
    `${name}: what passes it and the device below is in the sum once`,
    live(
      async (t) => {
        const { host, server } = hostAndServer(t);
        try {
          layOn(host, 1, ...kind(1));
        } catch (error) {
          if (!/Unknown device type/.test(String(error))) throw error;
          t.skip(`this kernel has no ${name}`);
          return;
        }
        layOn(server, 2, ...kind(2));
        const moved = await startMeter(t, host);
        ping(host, '10.9.3.2');
        assert.match(await moved(), /^in 1\.[01] out 1\.[01]$/);
      },
      ['ip', 'python3'],
    ),
  );

test(
  'a device that is renamed, made again or brought in: no sum jumps, none is below zero',
  live(
    async (t) => {
      const { host, server } = hostAndServer(t);
      const moved = await startMeter(t, host);
      ping(host, '10.9.1.2');
      const told = [await moved()];
      ip('-n', host.name, 'link', 'set', 'uplink', 'down');
      ip('-n', host.name, 'link', 'set', 'uplink', 'name', 'renamed');
      ip('-n', host.name, 'link', 'set', 'renamed', 'up');
      ping(host, '10.9.1.2');
      told.push(await moved());
      const index = /^(\d+):/.exec(ip('-n', host.name, '-o', 'link', 'show', 'renamed'))?.[1] ?? '';
      ip('-n', host.name, 'link', 'delete', 'renamed');
      const again = ['type', 'veth', 'peer', 'name', 'uplink', 'netns', server.name];
      ip('-n', host.name, 'link', 'add', 'renamed', 'index', index, ...again);
      told.push(await moved());
      const elsewhere = createNamespace(t);
      withoutIpv6(elsewhere);
      cable(elsewhere, server, 'moving', 4);
      ping(elsewhere, '10.9.4.2');
      ip('-n', elsewhere.name, 'link', 'set', 'moving', 'netns', host.name);
      ip('-n', host.name, 'address', 'add', '10.9.4.1/24', 'dev', 'moving');
      ip('-n', host.name, 'link', 'set', 'moving', 'up');
      told.push(await moved());
      ping(host, '10.9.4.2');
      told.push(await moved());
      const still = 'in 0.0 out 0.0';
      const once = 'in 1.0 out 1.0';
      assert.deepEqual(told, [once, once, still, still, once]);
    },
    ['ip', 'python3'],
  ),
);
