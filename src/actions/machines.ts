import type { Options } from '../command/options.ts';
import { readFilter } from '../filter/parser.ts';
import { MachinesSource } from '../hosts/machines-source.ts';
import { remoteCommand, SshSessions } from '../hosts/ssh.ts';
import { WatchedMachine } from '../hosts/watched-machine.ts';
import { isPane, panes } from '../panes/registry.ts';
import { FramePipe } from '../record/file/frame-pipe.ts';
import { recordedNames } from './recordings.ts';

/** Other machines, each told of by a nettop that ssh starts there. `isPatient`: answers begin when all have come. */
export function openMachines(
  options: Options,
  log: (line: string) => void,
  isPatient: boolean,
): MachinesSource {
  const command = remoteCommand(recordWords(options));
  const sessions = new SshSessions();
  const machines = options.machines.map(({ name, destination }) => {
    const ssh = sessions.run(destination, command);
    return new WatchedMachine(name, ssh, new FramePipe(ssh.output));
  });
  return new MachinesSource(machines, {
    read: (text, { header }) => readFilter(text, recordedNames(header)).expression,
    isPatient,
    log,
  });
}

/** Flags that are numbers and fixed words alone, as they go through shells. */
function recordWords(options: Options): string[] {
  const { wire, intervalMs, rateLimit } = options;
  return [
    'nettop',
    'record',
    '-',
    '--interval',
    `${intervalMs}ms`,
    ...(isOfSockets(options) ? ['--stats'] : []),
    ...(wire ? ['--wire'] : []),
    ...(rateLimit === null ? [] : ['--rate-limit', String(rateLimit)]),
  ];
}

/** Nobody can look at packets: they are not traced there. */
const isOfSockets = ({ command, stats, events }: Options): boolean =>
  stats || (isPane(command) && panes[command].rowsOf === 'sockets' && !events);
