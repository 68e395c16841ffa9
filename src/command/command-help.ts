import { commandOf, isPane } from '../panes/registry.ts';
import { type CommandName, FLAGS, type Flag, type OtherCommand } from './flags.ts';

const FILTER = ['address', 'port', 'host', 'proto', 'pid', 'icmp-id', 'interface', 'netns'];
const PRINTED = ['json', 'format', 'ssh', 'from', 'duration', 'count', 'private', 'verbose'];
const TABLE = ['interval', 'timestamp'];

interface Usage {
  /** The flags that mean something with it, by their long names. */
  flags: readonly string[];
  /** What stands behind "nettop". */
  examples: readonly string[];
  /** It reads no kernel. */
  withoutRoot?: true;
}

const OTHERS: Record<OtherCommand, Usage> = {
  serve: {
    flags: ['listen', 'web-config', 'top', 'no-requests', 'interval', 'rate-limit', 'alert', 'verbose'],
    examples: ['serve', 'serve --listen :9431 --web-config /etc/nettop-web.yml'],
  },
  fleet: {
    flags: [
      ...['prometheus', 'host-label', 'top', 'port', 'by', 'bits', 'iec', 'json', 'format', 'interval'],
      ...['timestamp', 'duration', 'count', 'private', 'verbose', 'no-color'],
    ],
    examples: [
      'fleet --prometheus http://127.0.0.1:9090',
      "fleet drops --json -c 1 --prometheus http://127.0.0.1:9090 'instance web-*'",
    ],
    withoutRoot: true,
  },
  record: {
    flags: [
      ...FILTER,
      ...['wire', 'function', 'path', 'rate-limit', 'attach', 'alert', 'interval', 'duration'],
      ...['max-size', 'ring', 'trigger', 'verbose'],
    ],
    examples: [
      'record incident.nettop',
      'record - port 443 | ssh elsewhere nettop replay -',
      "record incident.nettop --ring 60s --trigger 'port 5432 and failures > 5'",
    ],
  },
  replay: {
    flags: [...FILTER, 'at', 'bits', 'iec', 'private', 'no-color'],
    examples: ['replay incident.nettop', "replay incident.nettop -t '3m ago'"],
    withoutRoot: true,
  },
  bundle: {
    flags: [
      ...FILTER,
      'duration',
      'from',
      'private',
      'function',
      'path',
      'rate-limit',
      'attach',
      'interval',
      'verbose',
    ],
    examples: [
      'bundle incident.tar.gz',
      'bundle --private --for 60s incident.tar.gz',
      'bundle --from last.nettop --for 5m incident.tar.gz',
    ],
  },
  diff: {
    flags: [...FILTER, 'json', 'format', 'bits', 'iec', 'private'],
    examples: ['diff before.nettop after.nettop', 'diff before.nettop after.nettop --json process nginx'],
  },
  run: {
    flags: ['screen', 'user', 'output', 'tls', 'json', 'format', 'iec', 'private', 'rate-limit', 'verbose'],
    examples: [
      'run -- npm install',
      'run --screen -- make test',
      'run --tls -- curl https://example.com',
      'run --json --output report.json -- make test',
    ],
  },
  functions: { flags: ['attach', 'json', 'format'], examples: ["functions 'tcp_*'"] },
  explain: { flags: [...FILTER, 'json', 'format'], examples: ["explain 'udp port 53 and nginx'"] },
  doctor: { flags: ['verbose', 'json', 'format'], examples: ['doctor', 'doctor --json'] },
  help: { flags: [], examples: ['help trace'] },
  version: { flags: [], examples: [] },
};

function usageOf(command: CommandName): Usage {
  if (!isPane(command)) return OTHERS[command];
  const { flags = [], table, by, examples } = commandOf(command);
  return {
    flags: [...FILTER, 'cgroup', ...(table ? TABLE : []), ...(by ? ['by'] : []), ...flags, ...PRINTED],
    examples,
  };
}

export function flagsOf(command: CommandName): Flag[] {
  return FLAGS.filter(({ long }) => usageOf(command).flags.includes(long));
}

/** Whole commands. */
export function examplesOf(command: CommandName): readonly string[] {
  const { examples, withoutRoot } = usageOf(command);
  return examples.map((line) => `${withoutRoot ? '' : 'sudo '}nettop ${line}`);
}
