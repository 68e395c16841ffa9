import type { Link } from '../../native/links.ts';

/** Devices that are made of others, or lie on them: what passes them passes those too. */
const MASTERS = ['bridge', 'bond', 'team', 'vrf', 'hsr', 'batadv', 'openvswitch'];
/** Devices whose packets go on, wrapped up, through another device. */
const TUNNELS = [
  ...['tun', 'ipip', 'sit', 'ip6tnl', 'gre', 'gretap', 'ip6gre', 'ip6gretap', 'erspan', 'ip6erspan'],
  ...[
    'vti',
    'vti6',
    'xfrm',
    'vxlan',
    'geneve',
    'bareudp',
    'wireguard',
    'ovpn',
    'gtp',
    'amt',
    'ppp',
    'l2tpeth',
  ],
];
/** Devices whose other end is on this machine. */
const INNER = ['veth', 'netkit', 'macvlan', 'macvtap', 'ipvlan', 'ipvtap', 'vlan', 'vxcan'];
/** Devices that lead nowhere, or show what passes others. */
const NOWHERE = ['dummy', 'ifb', 'nlmon', 'vsockmon', 'vcan'];

/** Devices that lie on no other, whatever they are linked to. */
const APART = ['veth', 'netkit', 'vxcan'];

type Placed = Pick<Link, 'index' | 'name' | 'kind' | 'link' | 'isLinkElsewhere' | 'master' | 'isUp'>;

/**
 * The devices of a network namespace by which bytes come in and go out, each byte once: not those that lie on
 * another one of them (VLAN, bridge, bond, tunnel), and not those that lead to containers and virtual machines
 * of the same machine, unless, as within a container, there are no others.
 */
export function outwardDevices(devices: readonly Placed[]): Set<number> {
  const byIndex = new Map(devices.map((device) => [device.index, device]));
  const ranks = devices.flatMap((device) => {
    const rank = rankOf(device, byIndex);
    return rank === null || !device.isUp ? [] : [{ index: device.index, rank }];
  });
  const first = Math.min(...ranks.map(({ rank }) => rank));
  return new Set(ranks.flatMap(({ index, rank }) => (rank === first ? [index] : [])));
}

/** How far out it is, 0 is hardware; null: what passes it is counted at another one. */
function rankOf(device: Placed, byIndex: ReadonlyMap<number, Placed>): number | null {
  const { index, name, kind, link, isLinkElsewhere, master } = device;
  if (name === 'lo' || MASTERS.includes(kind) || NOWHERE.includes(kind)) return null;
  if (!isLinkElsewhere && link !== index && byIndex.has(link)) return null;
  // hardware within hardware, such as Hyper-V's: the outer one counts for both
  if (kind === '' && byIndex.get(master)?.kind === '') return null;
  if (TUNNELS.includes(kind)) return 3;
  if (!INNER.includes(kind)) return 0;
  return byIndex.get(master)?.kind === 'bridge' ? 2 : 1;
}

/**
 * The devices whose packets pass another one of them too: VLAN, bridge, bond, tunnel. The two ends of a cable do not lie
 * on each other, nor does what leads to a virtual machine; where there are tunnels alone, these do not either.
 */
export function upperDevices(devices: readonly Placed[]): Set<number> {
  const byIndex = new Map(devices.map((device) => [device.index, device]));
  const isTunnel = ({ kind, master }: Placed) => TUNNELS.includes(kind) && !(kind === 'tun' && master !== 0);
  const isUpper = (device: Placed) => !APART.includes(device.kind) && rankOf(device, byIndex) === null;
  const others = devices.filter(({ name, kind }) => name !== 'lo' && kind !== 'dummy');
  const haveGround = others.some((device) => !isUpper(device) && !isTunnel(device));
  const upper = others.filter((device) => isUpper(device) || (haveGround && isTunnel(device)));
  return new Set(upper.map(({ index }) => index));
}
