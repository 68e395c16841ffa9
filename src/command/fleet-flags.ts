import { UsageError } from '../errors.ts';
import { quote } from '../filter/error.ts';
import type { FleetPaneName } from '../model/panes.ts';
import { FLEET_PANES } from '../panes/registry.ts';
import type { Arguments } from './arguments.ts';
import { flagsOf } from './command-help.ts';
import { countOf, textOf } from './flag-values.ts';

/** What `nettop fleet` is told beside what it shares with others. */
export interface FleetOptions {
  /** What is printed, or has the keys first. */
  pane: FleetPaneName;
  /** The server, which may hold a user and a password. */
  url: string;
  /** The label that tells machines apart. */
  hostLabel: string;
  /** Rows of a pane at most. */
  top: number;
}

const FLAGS = ['prometheus', 'host-label'];
const LABEL = 'instance';
const TOP = 500;
const MOST_TOP = 10_000;
/** A machine is scraped every few seconds at most. */
export const FLEET_INTERVAL_MS = 5000;

/** The word of a pane. */
const wordOf = (pane: FleetPaneName): string => pane.replace('fleet-', '');

/** The pane that a first word names. */
const paneIn = ([first]: readonly string[]) => FLEET_PANES.find((name) => wordOf(name) === first);

/** The words that are left for the filter. */
export function filterWords(command: string, words: string[]): string[] {
  return command === 'fleet' && paneIn(words) ? words.slice(1) : words;
}

/** Its flags, which no other command takes. Throws a UsageError. */
export function fleetOf(
  given: Arguments,
  command: string,
  words: readonly string[],
  env: { PROMETHEUS_URL?: string | undefined },
): FleetOptions {
  const stray = FLAGS.find((flag) => given.flags.has(flag));
  if (stray !== undefined && command !== 'fleet')
    throw new UsageError(`--${stray} goes with fleet: nettop fleet --${stray}`);
  const url = textOf(given, 'prometheus') ?? env.PROMETHEUS_URL ?? '';
  if (command === 'fleet') checkFleet(given, url);
  return {
    pane: paneIn(words) ?? (FLEET_PANES[1] as FleetPaneName),
    url,
    hostLabel: labelOf(given),
    top: (command === 'fleet' ? countOf(given, 'top', 1, MOST_TOP) : null) ?? TOP,
  };
}

/** A flag that is passed over would seem to be in force. */
function checkFleet({ flags }: Arguments, url: string): void {
  const known = flagsOf('fleet').map(({ long }) => long);
  const stray = [...flags.keys()].find((flag) => !known.includes(flag));
  if (stray !== undefined) throw new UsageError(`fleet does not take --${stray}: see nettop help fleet`);
  if (url === '')
    throw new UsageError(
      'fleet needs a server: --prometheus http://HOST:9090, or PROMETHEUS_URL in the environment',
    );
}

function labelOf(given: Arguments): string {
  const label = textOf(given, 'host-label') ?? LABEL;
  if (/^[a-z_]\w*$/i.test(label) && label.length <= 100) return label;
  throw new UsageError(`--host-label: ${quote(label)} is not the name of a label such as ${LABEL}`);
}
