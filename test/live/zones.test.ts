import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createNamespace, ip, type Namespace } from './namespace.ts';
import { runIn } from './namespace-facts.ts';
import { live, type Nettop, startNettop } from './nettop.ts';
import { startPythonWithin } from './python.ts';
import type { ConnectionLine } from './rows.ts';
import { has, openScreen } from './screen.ts';

const PORT = 8023;
const DEVICES = ['lan0', 'lan1'];

/** Two namespaces with two cables between them, which have the same addresses. */
async function world(t: TestContext) {
  const near = createNamespace(t);
  const far = createNamespace(t);
  for (const device of DEVICES) {
    ip('-n', near.name, 'link', 'add', device, 'type', 'veth', 'peer', 'name', device, 'netns', far.name);
    for (const [{ name }, host] of [[near, 1] as const, [far, 2] as const]) {
      ip('-n', name, 'link', 'set', device, 'addrgenmode', 'none');
      ip('-n', name, 'address', 'add', `fe80::${host}/64`, 'dev', device, 'nodad');
      ip('-n', name, 'link', 'set', device, 'up');
    }
  }
  const server = startPythonWithin(t, far.within, 'links', 'far', PORT, ...DEVICES);
  await server.tells(0);
  const client = startPythonWithin(t, near.within, 'links', 'near', PORT, ...DEVICES);
  return { near, far, server, client, listens: await client.tells(0) };
}

/** Protocol, own address with its zone, and port, as ss says. */
function stated(namespace: Namespace): string[] {
  const lines = runIn(namespace, 'ss', '-tuanHO').split('\n').filter(Boolean);
  return lines
    .map((line) => {
      const [protocol, , , , local = ''] = line.trim().split(/\s+/);
      return `${protocol} ${local.replaceAll(/[[\]]/g, '')}`;
    })
    .sort();
}

const told = ({ protocol, localAddress, localPort, interface: device }: ConnectionLine) =>
  `${protocol} ${localAddress}${device === null ? '' : `%${device}`}:${localPort}`;

function newest({ connections }: Nettop, { name }: Namespace): ConnectionLine[] {
  const time = connections.at(-1)?.time;
  return connections.filter((line) => line.time === time && line.netnsName === name);
}

const isTold = (nettop: Nettop, namespace: Namespace) =>
  newest(nettop, namespace).map(told).sort().join() === stated(namespace).join();

test(
  'sockets have the interface that they are bound to, as ss says, at both ends and in other namespaces',
  live(
    async (t) => {
      const { near, far } = await world(t);
      const nettop = startNettop(t, ['connections', '--json', '--interval', '200ms']);
      for (const namespace of [near, far])
        await nettop.until('every socket with its zone', () => isTold(nettop, namespace));
      await nettop.end();
    },
    ['ip', 'ss'],
  ),
);

test(
  '-I shows the sockets that are bound to that interface: at one of two links, and of an address of IPv4',
  live(
    async (t) => {
      const { near, client, listens } = await world(t);
      const ends = async (args: string[], within: string[] = []) => {
        const nettop = startNettop(t, ['connections', '--json', '--interval', '200ms', ...args], within);
        await nettop.until('rows', () => newest(nettop, near).some(({ pid }) => pid === client.pid));
        nettop.signal('SIGINT'); // it notes that other sockets do not tell their interface
        assert.equal(await nettop.exited, 0);
        const own = nettop.connections.filter(({ pid, interface: device }) => pid === client.pid && device);
        return [...new Set(own.map(told))].map((end) => end.replace(/^(\w+ .*%\w+):.*/, '$1')).sort();
      };
      const lan1 = ['tcp fe80::1%lan1', 'udp fe80::1%lan1'];
      assert.deepEqual(await ends(['--netns', near.name, '-I', 'lan1']), lan1);
      assert.deepEqual(await ends(['-I', 'lan1'], near.within), lan1);
      assert.ok(listens > 0);
      assert.deepEqual(await ends(['-I', 'lo', 'tcp'], near.within), ['tcp 127.0.0.1%lo']);
    },
    ['ip', 'ss'],
  ),
);

test(
  'the screen writes the zone behind the address, the inspector names the interface',
  live(
    async (t) => {
      const { near, client } = await world(t);
      const screen = await openScreen(t, '--netns', near.name, `tcp and pid ${client.pid} and port ${PORT}`);
      await screen.until(has(/\[fe80::1%lan0\]:\d+ +\[fe80::2%lan0\]:8023/));
      await screen.until(has(/\[fe80::1%lan1\]:\d+ +\[fe80::2%lan1\]:8023/));
      screen.write('2\r');
      await screen.until(has(/bound to +lan[01]/));
    },
    ['ip'],
  ),
);
