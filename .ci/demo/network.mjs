import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { run } from '../say.mjs';

/** A machine and the world around it: two network namespaces joined by a slow cable (addresses of RFC 5737 and 3849). */
const machine = { name: `nettop-demo-${process.pid}`, v4: '192.0.2.10', v6: '2001:db8::10' };
const world = { name: `nettop-world-${process.pid}`, v4: '192.0.2.20', v6: '2001:db8::20' };

/** An address at which nobody answers. */
const SILENT = '192.0.2.99';

const peer = new URL('peer.mjs', import.meta.url).pathname;
const made = [];
const children = [];

const ip = (...args) => run(['ip', ...args]);
const within = ({ name }) => ['ip', 'netns', 'exec', name];

/** Makes both namespaces and starts who lives in them. Returns the command to run something on the machine. */
export function openNetwork() {
  for (const { name } of [machine, world]) {
    ip('netns', 'add', name);
    made.push(name);
    ip('-n', name, 'link', 'set', 'lo', 'up');
  }
  ip('-n', machine.name, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', world.name);
  for (const { name, v4, v6 } of [machine, world]) {
    ip('-n', name, 'address', 'add', `${v4}/24`, 'dev', 'eth0');
    ip('-n', name, 'address', 'add', `${v6}/64`, 'dev', 'eth0', 'nodad');
    ip('-n', name, 'link', 'set', 'eth0', 'up');
  }
  const nowhere = ['lladdr', '02:00:00:00:00:99', 'nud', 'permanent'];
  ip('-n', machine.name, 'neighbour', 'add', SILENT, 'dev', 'eth0', ...nowhere);
  // A queue that overflows now and then: round trips of milliseconds, and segments to send again.
  const slow = ['tbf', 'rate', '16mbit', 'burst', '32kb', 'latency', '80ms'];
  run([...within(machine), 'tc', 'qdisc', 'add', 'dev', 'eth0', 'root', ...slow]);
  populate();
  return within(machine);
}

/** Users that Debian, Ubuntu and Fedora all have. */
function populate() {
  start(machine, 'root', 'web', 'serve', 443);
  start(machine, 'daemon', 'db', 'serve', 5432);
  start(machine, 'nobody', 'resolver', 'resolve', 53);
  start(world, 'nobody', 'archive', 'swallow', 873);
  start(machine, 'games', 'api', 'request', '127.0.0.1', 5432, 12_000, 20);
  start(machine, 'nobody', 'metrics', 'request', '::1', 5432, 1_500, 5);
  start(machine, 'root', 'backup', 'pour', world.v4, 873);
  start(machine, 'mail', 'mailer', 'pour', SILENT, 25);
  start(world, 'nobody', 'browser', 'request', machine.v4, 443, 40_000, 4);
  start(world, 'nobody', 'phone', 'request', machine.v6, 443, 15_000, 3);
  start(world, 'nobody', 'stub', 'ask', machine.v4, 53, 10);
}

function start(place, user, name, act, ...args) {
  const inhabitant = [process.execPath, peer, user, name, act, ...args.map(String)];
  const [command, ...rest] = [...within(place), ...inhabitant];
  const child = spawn(command, rest, { stdio: ['ignore', 'inherit', 'inherit'] });
  children.push({ child, gone: once(child, 'exit') });
}

/** Ends everybody and takes away what was made of the namespaces. */
export async function closeNetwork() {
  for (const { child } of children) child.kill('SIGKILL');
  await Promise.all(children.map(({ gone }) => gone));
  for (const name of made.splice(0)) ip('netns', 'delete', name);
}
