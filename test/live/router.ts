import type { TestContext } from 'node:test';
import { createNamespace, ip, type Namespace } from './namespace.ts';
import { runIn } from './namespace-facts.ts';
import type { WireLine } from './rows.ts';
import { cable, setTso, sumOf, withoutIpv6 } from './wire-counts.ts';

export interface Router {
  client: Namespace;
  router: Namespace;
  server: Namespace;
}

export const CLIENT = '10.9.1.1';
export const SERVER = '10.9.2.2';

/** A client at `left`, a server at `right`, and a router between them; devices say nothing by themselves and get segments. */
export function makeRouter(t: TestContext): Router {
  const [client, router, server] = [createNamespace(t), createNamespace(t), createNamespace(t)];
  for (const namespace of [client, router, server]) withoutIpv6(namespace);
  cable(client, router, 'left', 1);
  cable(router, server, 'right', 2);
  ip('-n', client.name, 'route', 'add', 'default', 'via', '10.9.1.2');
  ip('-n', server.name, 'route', 'add', 'default', 'via', '10.9.2.1');
  runIn(router, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward');
  for (const [namespace, device] of [
    [client, 'left'],
    [router, 'left'],
    [router, 'right'],
    [server, 'right'],
  ] as const)
    setTso(namespace, device, false);
  acquaint([client, CLIENT], [router, '10.9.1.2'], 'left');
  acquaint([router, '10.9.2.1'], [server, SERVER], 'right');
  return { client, router, server };
}

/** They know each other's stations and need not ask. */
function acquaint(one: [Namespace, string], other: [Namespace, string], device: string): void {
  const station = (address: string) =>
    `02:00:00:${address
      .split('.')
      .slice(1)
      .map((part) => part.padStart(2, '0'))
      .join(':')}`;
  for (const [{ name }, address] of [one, other])
    ip('-n', name, 'link', 'set', device, 'address', station(address));
  for (const [[{ name }], [, address]] of [[one, other] as const, [other, one] as const])
    ip(
      '-n',
      name,
      'neighbour',
      'replace',
      address,
      'lladdr',
      station(address),
      'dev',
      device,
      'nud',
      'permanent',
    );
}

/** The kernel's own counters of these devices, summed up. */
export function deviceCounts(namespace: Namespace, ...devices: string[]): WireLine {
  const lines = runIn(namespace, 'cat', '/proc/net/dev').split('\n');
  return sumOf(
    devices.map((device) => {
      const line = lines.find((one) => one.trim().startsWith(`${device}:`)) ?? '';
      const values = line.split(':')[1]?.trim().split(/\s+/).map(Number) ?? [];
      const [receiveBytes = 0, receivePackets = 0] = values;
      const [transmitBytes = 0, transmitPackets = 0] = values.slice(8);
      return { receivePackets, receiveBytes, transmitPackets, transmitBytes };
    }),
  );
}

export function minus(now: WireLine, before: WireLine): WireLine {
  return {
    receivePackets: now.receivePackets - before.receivePackets,
    receiveBytes: now.receiveBytes - before.receiveBytes,
    transmitPackets: now.transmitPackets - before.transmitPackets,
    transmitBytes: now.transmitBytes - before.transmitBytes,
  };
}
