import type { AlertRule } from '../model/alerts/rule.ts';
import type { Inspection, PaneName } from '../model/model.ts';
import type { PrefixLengths } from '../model/network.ts';
import type { FleetPaneName, OwnPaneName, Panes } from '../model/panes.ts';
import { alerts } from './alerts/pane.ts';
import type { PaneCommand } from './command.ts';
import { distribution } from './connections/distribution.ts';
import { connections } from './connections/pane.ts';
import { drops } from './drops/pane.ts';
import { fleetPanes } from './fleet/pane.ts';
import { comparison } from './journeys/comparison.ts';
import { journeys } from './journeys/pane.ts';
import { listeners } from './listeners/pane.ts';
import type { Inspector, Pane } from './pane.ts';
import { processes } from './processes/pane.ts';
import { requests } from './requests/pane.ts';
import { services } from './services/pane.ts';
import { asked, stream } from './trace/command.ts';
import { trace } from './trace/pane.ts';
import { traffic } from './traffic/pane.ts';

/** Every pane by its name, in the order of their keys. */
const registry = {
  processes,
  connections,
  trace,
  journeys,
  drops,
  requests,
  services,
  traffic,
  listeners,
  alerts,
} satisfies {
  [Name in OwnPaneName]: Pane<Panes[Name]['row']>;
};

export const panes: Readonly<Record<PaneName, Pane<never>>> = { ...registry, ...fleetPanes } as never;

/** Those over this machine. */
export const PANE_NAMES = Object.keys(registry) as [OwnPaneName, ...OwnPaneName[]];

/** Those over the machines of a fleet, which have a screen of their own. */
export const FLEET_PANES = Object.keys(fleetPanes) as [FleetPaneName, ...FleetPaneName[]];

export const isPane = (name: string): name is PaneName => Object.hasOwn(panes, name);

/** What the inspector shows: a row of a pane, or two of them side by side. */
export const inspectors: Readonly<Record<Inspection['pane'], Inspector>> = {
  ...panes,
  comparison,
  distribution,
};

/** The trace, by packet or not. */
export const isTrace = (name: PaneName): boolean => panes[name].isTrace === true;

/** The trace as it is written, packet by packet. */
export const TRACED = stream;

/** What brings its packets. */
export const TRACE_ASKED = asked;

/** It follows its newest row. */
export const isLive = (name: PaneName): boolean => panes[name].isLive === true;

/** Those on the screen from the start, in the order of their keys. */
export const FIRST_PANES: readonly PaneName[] = PANE_NAMES.filter((name) => !panes[name].isOtherWay);

/** A value for each pane. */
export const byPane = <T>(value: (name: PaneName) => T): Record<PaneName, T> =>
  Object.fromEntries([...PANE_NAMES, ...FLEET_PANES].map((name) => [name, value(name)])) as Record<
    PaneName,
    T
  >;

const streams = (name: PaneName): boolean => panes[name].command?.stream !== undefined;

/** Those with a command: first what streams its rows, then the tables. */
export const COMMAND_PANES: readonly PaneName[] = PANE_NAMES.filter((name) => panes[name].command).sort(
  (a, b) => Number(streams(b)) - Number(streams(a)),
);

const NO_COMMAND: PaneCommand<never> = { about: '', examples: [], records: [] };

export const commandOf = (name: PaneName): PaneCommand<never> => panes[name].command ?? NO_COMMAND;

/** Those whose command takes a flag of its own. */
export const withFlag = (flag: string): PaneName[] =>
  COMMAND_PANES.filter((name) => commandOf(name).flags?.includes(flag));

/** What --by puts a command's rows together by, in words; none: it does not take the flag. */
export const waysOf = (name: PaneName): string[] => Object.keys(commandOf(name).by ?? {});

/** Those whose command takes it. */
export const GROUPED_PANES: readonly PaneName[] = COMMAND_PANES.filter((name) => commandOf(name).by);

/** What flags of the command line ask of a pane beside its rows. */
export interface FlagWishes {
  /** Text within TLS. */
  readsTls: boolean;
  /** The values of queries. */
  withQueries: boolean;
  /** Of networks that rows are put together by. */
  prefixes?: PrefixLengths;
  /** Alerts of the user's own. */
  rules?: readonly AlertRule[];
}

/** Those of a pane whose command takes the flag. */
export const wishesOf = (
  name: PaneName,
  { readsTls, withQueries, prefixes, rules }: FlagWishes,
): Partial<FlagWishes> => ({
  ...(readsTls && withFlag('tls').includes(name) && { readsTls }),
  ...(withQueries && withFlag('query').includes(name) && { withQueries }),
  ...(prefixes && withFlag('prefix').includes(name) && { prefixes }),
  ...(rules && withFlag('alert').includes(name) && { rules }),
});

/** Those that print all their rows once an interval. */
export const TABLE_PANES: readonly PaneName[] = COMMAND_PANES.filter((name) => commandOf(name).table);

/** Those whose rows come one by one: the trace first. */
export const STREAM_PANES: readonly PaneName[] = COMMAND_PANES.filter(streams);
