import type { Words } from '../../abi/layout.ts';
import { toEnding } from '../../capture/ledger/ending.ts';
import { isListener, type Socket } from '../../capture/ledger/socket.ts';
import { kindName } from '../../capture/records/socket-kinds.ts';
import { formatAddress, isMapped } from '../../filter/address.ts';
import { PROTOCOLS } from '../../filter/words.ts';
import type { ConnectionSet } from '../../model/connection-group.ts';
import { networkName, networkWords, USUAL_PREFIXES } from '../../model/network.ts';
import { nameState } from '../../panes/connections/cells.ts';
import { type Facts, groupOf } from '../processes/process-groups.ts';

/** What a group is called, told by its members. */
export interface GroupName {
  /** What tells it from others of its kind. */
  key: string;
  name: string;
  /** null: no filter tells its packets. */
  filter: string | null;
}

/** One of the ways in which connections differ. */
export interface Trait {
  /** The same for all of a group, and cheap. */
  keyOf(socket: Socket): string | number;
  nameOf(first: Socket, members: readonly Socket[]): GroupName;
}

export interface Around {
  facts: Facts;
  /** Sockets among which the listeners are. */
  all: readonly Socket[];
  /** What the kernel has of it now, by name. */
  stateOf(socket: Socket): string;
  nowNs: number;
}

const ANYBODY: GroupName = { key: '', name: '*', filter: null };
const NOBODY: GroupName = { key: '?', name: '?', filter: null };

/** Nobody in particular: a listener, a UDP socket that is not connected. */
const isAnybody = ({ destination }: Socket): boolean =>
  destination[3] === 0 &&
  destination[0] === 0 &&
  destination[1] === 0 &&
  (isMapped(destination) || destination[2] === 0);

const wordsKey = (words: Words): string | number =>
  isMapped(words) ? (words[3] ?? 0) : `${words[0]},${words[1]},${words[2]},${words[3]}`;

/** Makes the trait, over sockets as they are now. */
export const TRAITS: Readonly<Record<ConnectionSet, (around: Around) => Trait>> = {
  all: () => ({ keyOf: () => '', nameOf: () => ({ key: '', name: 'all', filter: null }) }),
  host: () => ({
    keyOf: (socket) => (isAnybody(socket) ? '' : wordsKey(socket.destination)),
    nameOf: (first) => (isAnybody(first) ? ANYBODY : hostGroup(formatAddress(first.destination))),
  }),
  network: () => ({
    keyOf: (socket) => (isAnybody(socket) ? '' : wordsKey(networkWords(socket.destination, USUAL_PREFIXES))),
    nameOf: (first) =>
      isAnybody(first) ? ANYBODY : networkGroup(networkName(first.destination, USUAL_PREFIXES)),
  }),
  port: byPort,
  process: () => ({
    keyOf: ({ owner }) => owner?.key ?? '?',
    nameOf: ({ owner }) =>
      owner ? { key: owner.key, name: owner.process, filter: owner.pid ? `pid ${owner.pid}` : null } : NOBODY,
  }),
  container: byProcesses('container'),
  unit: byProcesses('unit'),
  user: byProcesses('user'),
  name: byProcesses('name'),
  state: (around) => {
    const keyOf = (socket: Socket): string => shownState(socket, around);
    return { keyOf, nameOf: (first) => ({ key: keyOf(first), name: keyOf(first), filter: null }) };
  },
};

const hostGroup = (name: string): GroupName => ({ key: name, name, filter: `host ${name}` });
const networkGroup = (name: string): GroupName => ({ key: name, name, filter: `net ${name}` });

/** From here on ports are given to those that connect: the usual start of ip_local_port_range. */
const EPHEMERAL = 32_768;

/** The port of the two at which the server is: where this end listens its own, else the far end's, unless it looks the other way round. */
function servicePort({ sourcePort, destinationPort }: Socket, isListening: boolean): number {
  if (destinationPort === 0 || isListening) return sourcePort;
  return destinationPort >= EPHEMERAL && sourcePort < EPHEMERAL ? sourcePort : destinationPort;
}

function byPort({ all }: Around): Trait {
  const place = ({ netns, sourcePort }: Socket): number => netns * 65_536 + sourcePort;
  const listening = new Set(all.filter(isListener).map(place));
  const portOf = (socket: Socket) =>
    servicePort(socket, socket.protocol === PROTOCOLS.tcp && listening.has(place(socket)));
  return {
    keyOf: (socket) => socket.protocol * 65_536 + portOf(socket),
    nameOf: (first) => {
      const [protocol, port] = [kindName(first.protocol), portOf(first)];
      if (port === 0) return { ...ANYBODY, key: `${protocol}/*`, name: `${protocol}/*` };
      const isKnown = protocol === 'tcp' || protocol === 'udp';
      const key = `${protocol}/${port}`;
      return { key, name: key, filter: isKnown ? `${protocol} and port ${port}` : null };
    },
  };
}

/** A filter that names more processes is no easier to read than none. */
const NAMED_PROCESSES = 8;

function byProcesses(by: 'container' | 'unit' | 'user' | 'name'): (around: Around) => Trait {
  return ({ facts }) => ({
    keyOf: ({ owner }) => (owner ? groupOf(owner, by, facts).key : '?'),
    nameOf: ({ owner }, members) => {
      if (!owner) return NOBODY;
      const pids = new Set(members.flatMap(({ owner }) => owner?.pid || []));
      const isTold = pids.size > 0 && pids.size <= NAMED_PROCESSES;
      const filter = isTold ? [...pids].map((pid) => `pid ${pid}`).join(' or ') : null;
      return { ...groupOf(owner, by, facts), filter };
    },
  });
}

/** What stands in the column of states. */
function shownState(socket: Socket, { stateOf, nowNs }: Around): string {
  const { closed, sourcePort: localPort, destinationPort: remotePort } = socket;
  const protocol = kindName(socket.protocol);
  const ending = closed && toEnding(closed, socket, nowNs);
  return nameState({ protocol, state: stateOf(socket), ending, localPort, remotePort });
}
