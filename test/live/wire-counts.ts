import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { ip, type Namespace } from './namespace.ts';
import { inode, runIn } from './namespace-facts.ts';
import { type Nettop, startNettop } from './nettop.ts';
import { startPeer } from './peer.ts';
import type { InterfaceLine, WireLine } from './rows.ts';

/** ioctl(SIOCETHTOOL) with ETHTOOL_STSO, 0 or 1. */
const SET_TSO = `
import ctypes, fcntl, socket, struct, sys
value = ctypes.create_string_buffer(struct.pack("II", 0x1f, int(sys.argv[2])))
request = struct.pack("16sP", sys.argv[1].encode(), ctypes.addressof(value))
fcntl.ioctl(socket.socket(socket.AF_INET, socket.SOCK_DGRAM), 0x8946, request)
`;

/** Whether the device takes large packets whole; if not, the kernel cuts them into segments before it. */
export function setTso(namespace: Namespace, device: string, on: boolean): void {
  runIn(namespace, 'python3', '-c', SET_TSO, device, on ? '1' : '0');
}

/** Devices that are made later have no IPv6, and so say nothing by themselves. */
export function withoutIpv6(namespace: Namespace): void {
  runIn(namespace, 'sh', '-c', 'echo 1 | tee /proc/sys/net/ipv6/conf/*/disable_ipv6');
}

/** A cable of that name between two namespaces: 10.9.N.1 and 10.9.N.2; without addresses for N 0. */
export function cable(one: Namespace, other: Namespace, name: string, n: number): void {
  ip('-n', one.name, 'link', 'add', name, 'type', 'veth', 'peer', 'name', name, 'netns', other.name);
  for (const [{ name: netns }, host] of [[one, 1] as const, [other, 2] as const]) {
    if (n > 0) ip('-n', netns, 'address', 'add', `10.9.${n}.${host}/24`, 'dev', name);
    ip('-n', netns, 'link', 'set', name, 'up');
  }
}

/** nettop in a namespace, that counts frames there: it has seen one of the loopback. */
export async function startWire(t: TestContext, namespace: Namespace): Promise<Nettop> {
  const peer = await startPeer(t, { within: namespace.within });
  const port = await peer.ask('bindUdp', '127.0.0.1');
  const args = ['processes', '--wire', '--json', '--interval', '200ms'];
  const nettop = startNettop(t, args, namespace.within);
  const timer = setInterval(() => peer.ask('sendUdp', 1, 1, '127.0.0.1', port).catch(() => {}), 50);
  const netns = inode(namespace);
  await nettop.until('a frame', () => nettop.interfaces.some((line) => line.netns === netns));
  clearInterval(timer);
  await peer.end();
  return nettop;
}

/** The four counts of a line, without what else is in it. */
export function counts({ receivePackets, receiveBytes, transmitPackets, transmitBytes }: WireLine): WireLine {
  return { receivePackets, receiveBytes, transmitPackets, transmitBytes };
}

export function sumOf(lines: WireLine[]): WireLine {
  const sum = (field: keyof WireLine) => lines.reduce((total, line) => total + line[field], 0);
  return {
    receivePackets: sum('receivePackets'),
    receiveBytes: sum('receiveBytes'),
    transmitPackets: sum('transmitPackets'),
    transmitBytes: sum('transmitBytes'),
  };
}

export function lastLine({ interfaces }: Nettop, name: string, netns: number): InterfaceLine {
  const line = interfaces.findLast((one) => one.interface === name && one.netns === netns);
  return line ?? assert.fail(`no line of ${name}`);
}

/** Everything that passed is somebody's, or has a cause. */
export function whole({ attributed, forwarded, kernel, closed, other }: InterfaceLine): WireLine {
  return sumOf([attributed, forwarded, kernel, closed, other]);
}
