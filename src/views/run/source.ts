import type { Endings } from '../../capture/ledger/endings.ts';
import type { Ledger } from '../../capture/ledger/ledger.ts';
import type { Process } from '../../capture/ledger/process.ts';
import type { RouteRefusals } from '../../capture/ledger/route-refusals.ts';
import type { Socket } from '../../capture/ledger/socket.ts';
import { isWithin } from '../../machine/cgroup.ts';
import type { Machine } from '../../machine/machine.ts';
import type { PaneSource } from '../../model/source.ts';
import type { Connections } from '../connections/connections.ts';
import type { EventNames } from '../connections/life-rows.ts';
import type { LifeFeed } from '../feed.ts';
import type { People } from '../processes/people.ts';
import { FailedCalls } from './failed-calls.ts';

/** What closed is told again for so long: why it was not made may be found out a while later, and an answer be left out. */
const TOLD_NS = 15e9;

interface Books {
  lives: Pick<LifeFeed, 'tellFailedCalls' | 'failedCallsLost'>;
  routes: Pick<RouteRefusals, 'of'>;
  ledger: Pick<Ledger, 'processes'>;
  endings: Pick<Endings, 'all'>;
  people: Pick<People, 'about' | 'row'>;
  connections: Pick<Connections, 'row'>;
}

/** What the processes of one cgroup did. It costs nothing while nobody asks. */
export function runSource(
  { ledger, endings, people, connections, lives, routes }: Books,
  machine: Pick<Machine, 'nowNs' | 'epochUs'>,
  names: () => EventNames,
): PaneSource<'run'> {
  let calls: FailedCalls | null = null;
  return {
    ask({ views }) {
      if (!views.run || calls) return;
      const told = new FailedCalls(routes, names);
      calls = told;
      lives.tellFailedCalls?.((sample) => told.take(sample));
    },
    view({ cgroup }) {
      const nowNs = machine.nowNs();
      const isIn = (process: Process) => isWithin(people.about(process).cgroup ?? '', cgroup);
      const processes = new Set([...ledger.processes.values()].filter(isIn));
      const isOurs = ({ owner }: Socket) => owner !== null && processes.has(owner);
      const closed = [...endings.all()].filter(
        (socket) => isOurs(socket) && nowNs - (socket.closed?.closedNs ?? 0) < TOLD_NS,
      );
      const open = [...processes].flatMap(({ sockets }) => [...sockets]);
      return {
        atUs: machine.epochUs() + nowNs / 1000,
        processes: [...processes].map((process) => people.row(process)),
        connections: [...open, ...closed].map((socket) => connections.row(socket, nowNs)),
        failedCalls: calls?.of(new Set([...processes].map(({ pid }) => pid))) ?? [],
        failedCallsLost: (lives.failedCallsLost?.() ?? 0) + (calls?.forgotten ?? 0),
      };
    },
  };
}
