import { UsageError } from '../errors.ts';
import { quote } from '../filter/error.ts';
import type { Names } from '../filter/value.ts';
import { COMMAND_PANES, isPane } from '../panes/registry.ts';
import { globPattern } from '../text/glob.ts';
import { listed } from '../text/text.ts';
import type { Arguments } from './arguments.ts';
import { textOf } from './flag-values.ts';
import type { Options } from './options.ts';

/** A machine that is watched by way of ssh. */
export interface Destination {
  /** As ssh takes it. */
  destination: string;
  /** By which its rows are told: the destination without user. */
  name: string;
}

const MOST = 32;
/** Nothing that ssh or a shell could take for anything but a name: no dash at its beginning, no space, no quote. */
const DESTINATION =
  /^(?:ssh:\/\/)?(?<user>[a-z_][\w.-]*@)?(?<host>[a-z0-9_][\w.-]*|\[[0-9a-f:.]+(?:%[\w.-]+)?\])(?<port>:\d{1,5})?$/i;

/** No address has a comma or an @: with either, --host says whom ssh asks. */
const isOfMachines = (value: string): boolean => /[,@]/.test(value);

/** `--host user@web1,web2` as `--ssh user@web1,web2`. */
export function withMachines(given: Arguments): Arguments {
  const host = textOf(given, 'host');
  if (host === null || !isOfMachines(host)) return given;
  if (given.flags.has('ssh')) throw new UsageError('--ssh and --host name machines: give one');
  const flags = new Map(given.flags);
  flags.delete('host');
  flags.set('ssh', [host]);
  return { ...given, flags };
}

/** What record there is not asked for. */
const OF_THIS_MACHINE = ['function', 'path', 'attach', 'kernel-stack', 'alert', 'tls', 'query'];

/** Those of --ssh; none: this machine. `given`: as it was typed. Throws a UsageError. */
export function machinesOf(given: Arguments, command: Options['command']): Destination[] {
  const value = textOf(given, 'ssh');
  if (value === null) return [];
  if (command !== 'ui' && !isPane(command))
    throw new UsageError(`--ssh goes with ${listed(COMMAND_PANES)} and with the screen`);
  const excluded = ['from', 'pcapng'].find((flag) => given.flags.has(flag));
  if (excluded || textOf(given, 'format') === 'pcapng')
    throw new UsageError(`--ssh does not go with ${excluded === 'from' ? '--from' : 'capture files'}`);
  const own = OF_THIS_MACHINE.find((flag) => given.flags.has(flag));
  if (own) throw new UsageError(`--${own} is about this machine: leave it out with --ssh`);
  const machines = value.split(',').map((one) => destinationOf(one.trim()));
  const twice = machines.find(({ name }, at) => machines.findIndex((one) => one.name === name) !== at);
  if (twice) throw new UsageError(`--ssh: ${quote(twice.name)} is named twice`);
  if (machines.length > MOST) throw new UsageError(`--ssh: at most ${MOST} machines, not ${machines.length}`);
  return machines;
}

function destinationOf(text: string): Destination {
  const { user = '', host, port = '' } = DESTINATION.exec(text)?.groups ?? {};
  if (host === undefined)
    throw new UsageError(`--ssh: ${quote(text)} is not a machine such as web1 or user@web1:2222`);
  const plain = host.replace(/^\[|\]$/g, '');
  return {
    name: host + port,
    destination: port === '' ? user + plain : `ssh://${user}${host}${port}`,
  };
}

/**
 * What names in a filter mean while only machines are watched: each reads the filter with names of its own. Network
 * namespaces go by their inodes.
 */
export function namesOfMachines(machines: readonly Destination[]): Names {
  return {
    netns: () => null,
    dropReasons: () => [0],
    withoutMachine(pattern) {
      const glob = globPattern(pattern.toLowerCase());
      const names = machines.map(({ name }) => name);
      return names.some((name) => glob.test(name.toLowerCase())) ? null : names;
    },
  };
}
