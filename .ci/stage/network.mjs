import { spawnSync } from 'node:child_process';
import { SetUpError } from '../say.mjs';

export const [NEAR, FAR] = ['nettop-near', 'nettop-far'];
export const NAMESPACES = [NEAR, FAR];
/** The longest that an address is, as text. */
export const LONG = '2001:db8:85a3:8d3:1319:8a2e:370:7348';

function run(command, ...args) {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new SetUpError(`${command} ${args.join(' ')}: ${stderr}`);
}

const ip = (...args) => run('ip', ...args);

/** Two namespaces with a cable between them. */
export function makeNetwork() {
  for (const name of NAMESPACES) ip('netns', 'add', name);
  ip('-n', NEAR, 'link', 'add', 'cable', 'type', 'veth', 'peer', 'name', 'cable', 'netns', FAR);
  for (const [index, name] of NAMESPACES.entries()) {
    ip('-n', name, 'address', 'add', `192.0.2.${index + 1}/24`, 'dev', 'cable');
    for (const device of ['lo', 'cable']) ip('-n', name, 'link', 'set', device, 'up');
  }
  const address = (name, text) => ip('-n', name, 'address', 'add', `${text}/48`, 'dev', 'cable', 'nodad');
  address(NEAR, LONG);
  address(FAR, '2001:db8:85a3::5');
  // What is sent there is forwarded, and never answered.
  ip('-n', FAR, 'tuntap', 'add', 'hole', 'mode', 'tun');
  ip('-n', FAR, 'link', 'set', 'hole', 'up');
  ip('-n', FAR, 'route', 'add', '198.51.100.0/24', 'dev', 'hole');
  ip('-n', NEAR, 'route', 'add', '198.51.100.0/24', 'via', '192.0.2.2');
  const chain = 'add table ip stage; add chain ip stage input { type filter hook input priority 0; }';
  // The first segment is lost, then each fortieth.
  const rules = [
    'tcp dport 83 drop',
    'tcp dport 84 reject with icmp type host-unreachable',
    'tcp dport 874 numgen inc mod 40 0 drop',
  ];
  const settings = [
    'net.ipv4.ip_forward=1',
    'net.ipv4.ip_unprivileged_port_start=0',
    'net.ipv4.icmp_ratelimit=0',
  ];
  run('ip', 'netns', 'exec', FAR, 'sysctl', '-qw', ...settings);
  for (const rule of [chain, ...rules.map((text) => `add rule ip stage input ${text}`)])
    run('ip', 'netns', 'exec', FAR, 'nft', rule);
}

export function removeNetwork() {
  for (const name of NAMESPACES) spawnSync('ip', ['netns', 'delete', name]);
}
