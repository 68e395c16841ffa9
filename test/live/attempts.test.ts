import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { KernelTypes } from '../../native/kernel.ts';
import { RunningKernel } from '../../src/attach/running-kernel.ts';
import { createNamespace, ip, type Namespace } from './namespace.ts';
import { runIn, SIGN_PORT, showSign } from './namespace-facts.ts';
import { live, type Nettop, startNettop } from './nettop.ts';
import { startPythonWithin } from './python.ts';
import type { ConnectionLine } from './rows.ts';

const [EACCES, EINVAL, EADDRNOTAVAIL, ENETUNREACH, EHOSTUNREACH] = [13, 22, 99, 101, 113];

/** A namespace with a loopback and some routes that lead nowhere. */
function routeless(t: TestContext): Namespace {
  const namespace = createNamespace(t);
  ip('-n', namespace.name, 'route', 'add', 'unreachable', '198.51.100.0/24');
  ip('-n', namespace.name, 'route', 'add', 'prohibit', '203.0.113.0/24');
  ip('-n', namespace.name, 'route', 'add', 'blackhole', '10.0.0.0/8');
  return namespace;
}

/** Makes attempts to connect and returns their errors, and nettop, which has seen something. */
async function attempt(
  t: TestContext,
  namespace: Namespace,
  sockets: 'one' | 'many',
  addresses: readonly (string | number)[],
): Promise<{ nettop: Nettop; pid: number; errors: unknown }> {
  const client = startPythonWithin(t, namespace.within, 'attempts', sockets, ...addresses);
  await client.tells(0);
  const nettop = startNettop(t, ['connections', '--json', '--interval', '100ms', '--netns', namespace.name]);
  await showSign(namespace, () => nettop.connections.length > 0);
  client.goOn();
  return { nettop, pid: client.pid, errors: await client.tells(1) };
}

function told({ remoteAddress, remotePort, pid, process, ending, life, tcp }: ConnectionLine) {
  const { cause, resetBy, reason, error, route, drop } = ending ?? assert.fail('it is open');
  const moments = life?.states.map(({ state }) => state) ?? null;
  return {
    remoteAddress,
    remotePort,
    pid,
    process,
    cause,
    resetBy,
    reason,
    error,
    route,
    drop,
    moments,
    tcp,
  };
}

const routeText = (type?: string): string => (type === 'none' ? 'no route' : `${type} route`);

const byPort = (a: { remotePort: number }, b: { remotePort: number }) => a.remotePort - b.remotePort;

/** The rows of what ended, but for the signs. */
const ended = (nettop: Nettop) =>
  nettop.connections.filter(({ ending, remotePort }) => ending && remotePort !== SIGN_PORT);

test(
  'connect() that fails before its SYN is a row, each once',
  live(
    async (t) => {
      const places = [
        '192.0.2.1',
        '198.51.100.1',
        '203.0.113.1',
        '10.9.9.9',
        '2001:db8::1',
        '::ffff:192.0.2.1',
      ];
      const addresses = places.flatMap((place, nth) => [place, nth + 1]);
      const { nettop, pid, errors } = await attempt(t, routeless(t), 'many', addresses);
      await nettop.until('all ends', () => ended(nettop).length >= places.length);
      await nettop.end();
      assert.deepEqual(errors, [ENETUNREACH, EHOSTUNREACH, EACCES, EINVAL, ENETUNREACH, ENETUNREACH]);
      const names = ['ENETUNREACH', 'EHOSTUNREACH', 'EACCES', 'EINVAL', 'ENETUNREACH', 'ENETUNREACH'];
      const routes = ['none', 'unreachable', 'prohibit', 'blackhole', 'none', 'none'] as const;
      const isSeenToEnd = new RunningKernel(new KernelTypes()).refusal('fentry') === null;
      assert.deepEqual(
        ended(nettop).map(told).sort(byPort), // as cookies go, which each processor gives of its own
        places.map((place, nth) => ({
          remoteAddress: place.replace('::ffff:', ''),
          remotePort: nth + 1,
          pid,
          process: 'python3',
          cause: 'unreachable',
          resetBy: null,
          reason: routeText(routes[nth]) + (isSeenToEnd ? `: ${names[nth]}` : ''),
          error: isSeenToEnd ? names[nth] : null,
          route: { type: routes[nth], inferred: true },
          drop: null,
          moments: null,
          tcp: null,
        })),
      );
    },
    ['python3'],
  ),
);

test(
  'connect() that finds no free port is a row with its reason',
  live(
    async (t) => {
      const namespace = routeless(t);
      const listener = startPythonWithin(t, namespace.within, 'busy', '127.0.0.1', 5, 0);
      const port = await listener.tells(0);
      runIn(namespace, 'sysctl', '-qw', 'net.ipv4.ip_local_port_range=5000 5000');
      const { nettop, errors } = await attempt(t, namespace, 'many', ['127.0.0.1', port, '127.0.0.1', port]);
      assert.deepEqual(errors, [0, EADDRNOTAVAIL]);
      const failed = await nettop.until('the end', () =>
        ended(nettop).find(({ remotePort, localPort }) => remotePort === port && localPort === 0),
      );
      await nettop.end();
      const { cause, reason, moments } = told(failed);
      assert.deepEqual(
        { cause, reason, moments },
        { cause: 'failed', reason: 'EADDRNOTAVAIL', moments: ['SYN_SENT', 'CLOSE'] },
      );
    },
    ['python3'],
  ),
);

test(
  'a socket that fails to connect twice, and then does: three rows, and no byte twice',
  live(
    async (t) => {
      const namespace = routeless(t);
      const server = startPythonWithin(t, namespace.within, 'busy', '127.0.0.1', 5, 0);
      const port = await server.tells(0);
      const addresses = ['192.0.2.1', 1, '192.0.2.1', 2, '127.0.0.1', port];
      const { nettop, pid, errors } = await attempt(t, namespace, 'one', addresses);
      assert.deepEqual(errors, [ENETUNREACH, ENETUNREACH, 0]);
      // what is left of the last one is in FIN_WAIT2, and told again and again
      const own = () => [
        ...new Map(
          ended(nettop)
            .filter((line) => line.pid === pid)
            .map((line) => [line.remotePort, line]),
        ).values(),
      ];
      await nettop.until('the ends', () => own().length >= 3);
      await nettop.end();
      assert.deepEqual(
        own().map(({ remotePort, ending }) => [remotePort, ending?.cause === 'closed']),
        [
          [1, false],
          [2, false],
          [port, true],
        ],
      );
    },
    ['python3'],
  ),
);
