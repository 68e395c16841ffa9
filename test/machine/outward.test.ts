import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outwardDevices, upperDevices } from '../../src/machine/outward.ts';

type Device = Parameters<typeof outwardDevices>[0][number];

const device = (index: number, name: string, kind = '', other: Partial<Device> = {}): Device => ({
  index,
  name,
  kind,
  link: 0,
  isLinkElsewhere: false,
  master: 0,
  isUp: true,
  ...other,
});
const inner = { link: 2, isLinkElsewhere: true };

/** Names of those that count. */
const MACHINES: Record<string, [Device[], string]> = {
  'two network cards, and containers and machines behind bridges': [
    [
      device(1, 'lo'),
      device(2, 'eth0'),
      device(3, 'eth1', '', { master: 6 }),
      device(4, 'docker0', 'bridge'),
      device(5, 'veth1', 'veth', { ...inner, master: 4 }),
      device(6, 'br0', 'bridge'),
      device(7, 'vnet0', 'tun', { master: 6 }),
      device(8, 'cali1', 'veth', inner),
    ],
    'eth0 eth1',
  ],
  'a bond of two, a VLAN on it, tunnels': [
    [
      device(1, 'lo'),
      device(2, 'eth0', '', { master: 4 }),
      device(3, 'eth1', '', { master: 4 }),
      device(4, 'bond0', 'bond'),
      device(5, 'bond0.7', 'vlan', { link: 4 }),
      device(6, 'wg0', 'wireguard'),
      device(7, 'vxlan7', 'vxlan', { link: 5 }),
      device(8, 'mac0', 'macvlan', { link: 2 }),
      device(9, 'dummy0', 'dummy'),
    ],
    'eth0 eth1',
  ],
  'Hyper-V: a card within a card': [[device(2, 'eth0'), device(3, 'vf0', '', { master: 2 })], 'eth0'],
  'a container': [[device(1, 'lo'), device(2, 'eth0', 'veth', inner), device(3, 'wg0', 'wireguard')], 'eth0'],
  'a container with containers of its own': [
    [
      device(2, 'eth0', 'veth', { link: 2, isLinkElsewhere: true }),
      device(3, 'docker0', 'bridge'),
      device(4, 'veth1', 'veth', { ...inner, master: 3 }),
    ],
    'eth0',
  ],
  'a container without root': [[device(1, 'lo'), device(2, 'tap0', 'tun')], 'tap0'],
  'a card that is down, and a mobile network': [
    [device(2, 'eth0', '', { isUp: false }), device(3, 'ppp0', 'ppp')],
    'ppp0',
  ],
  'both ends of a cable': [[device(2, 'a', 'veth', { link: 3 }), device(3, 'b', 'veth', { link: 2 })], ''],
};

for (const [what, [devices, names]] of Object.entries(MACHINES))
  test(`bytes come and go by: ${what}`, () => {
    const outward = outwardDevices(devices);
    const named = devices.filter(({ index }) => outward.has(index)).map(({ name }) => name);
    assert.equal(named.join(' '), names);
  });

/** Names of those that lie on others. */
const LAYERS: Record<string, [Device[], string]> = {
  'bridges, with a cable to a container and a machine behind them': [
    [
      device(1, 'lo'),
      device(2, 'eth0'),
      device(3, 'eth1', '', { master: 4 }),
      device(4, 'br0', 'bridge'),
      device(5, 'veth1', 'veth', { ...inner, master: 4 }),
      device(6, 'vnet0', 'tun', { master: 4 }),
      device(7, 'dummy0', 'dummy'),
    ],
    'br0',
  ],
  'a bond, a VLAN, tunnels': [
    [
      device(2, 'eth0', '', { master: 3 }),
      device(3, 'bond0', 'bond'),
      device(4, 'bond0.7', 'vlan', { link: 3 }),
      device(5, 'wg0', 'wireguard'),
      device(6, 'mac0', 'macvlan', { link: 2 }),
    ],
    'bond0 bond0.7 wg0 mac0',
  ],
  'both ends of a cable, which lie on nothing': [
    [device(1, 'lo'), device(2, 'a', 'veth', { link: 3 }), device(3, 'b', 'veth', { link: 2 })],
    '',
  ],
  'a tunnel alone: what carries it is elsewhere': [[device(1, 'lo'), device(2, 'wg0', 'wireguard')], ''],
};

for (const [what, [devices, names]] of Object.entries(LAYERS))
  test(`devices that lie on others: ${what}`, () => {
    const upper = upperDevices(devices);
    const named = devices.filter(({ index }) => upper.has(index)).map(({ name }) => name);
    assert.equal(named.join(' '), names);
  });
