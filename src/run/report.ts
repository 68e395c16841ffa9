import type { Collected } from './collection.ts';
import { type Destination, destinationsOf, failureOf } from './destinations.ts';
import { covered, type Step, stepsOf, WAITS, type Wait } from './steps.ts';
import type { Run } from './watch.ts';

/** What a command waited for, all its processes together: what overlaps counts once. */
export interface Waited {
  wait: Wait | 'nothing of these';
  us: number;
  /** null: it is the rest of the time. */
  times: number | null;
  failed: number | null;
}

/** What a command did in the network. Bytes are payload. */
export interface RunReport extends Pick<Run, 'exitCode' | 'startUs' | 'endUs'>, Collected {
  command: readonly string[];
  /** Processes that used sockets, and went on after the command: "redis-server[412]". */
  stillRunning: readonly string[];
  txBytes: number;
  rxBytes: number;
  waited: readonly Waited[];
  steps: readonly Step[];
  destinations: readonly Destination[];
  /** Connections that were not made. */
  failures: Collected['connections'];
  failure: string | null;
}

/** `nameOf`: what a process that runs is called; null: it ended. */
export function reportOf(
  command: readonly string[],
  run: Run,
  nameOf: (pid: number) => string | null,
): RunReport {
  const { collected, startUs, endUs } = run;
  const { connections } = collected;
  const steps = stepsOf(collected);
  const sum = (bytes: 'txBytes' | 'rxBytes') =>
    connections.reduce((total, { row }) => total + (row[bytes] ?? 0), 0);
  return {
    ...collected,
    command,
    exitCode: run.exitCode,
    startUs,
    endUs,
    stillRunning: run.left.flatMap((pid) => {
      const name = nameOf(pid);
      return name === null ? [] : [`${name}[${pid}]`];
    }),
    txBytes: sum('txBytes'),
    rxBytes: sum('rxBytes'),
    waited: waitedOf(steps, endUs - startUs, endUs),
    steps,
    destinations: destinationsOf(connections),
    failures: connections.filter(({ row }) => failureOf(row) !== null),
    failure: run.failure?.message ?? null,
  };
}

/** What went on after the command's end is not waited for. */
function waitedOf(all: readonly Step[], wholeUs: number, endUs: number): Waited[] {
  const steps = all
    .filter(({ fromUs }) => fromUs < endUs)
    .map((step) => ({ ...step, toUs: step.toUs === null ? null : Math.min(step.toUs, endUs) }));
  const each = WAITS.map((wait) => {
    const own = steps.filter((step) => step.wait === wait);
    return { wait, us: covered(own), times: own.length, failed: own.filter(({ failed }) => failed).length };
  });
  const rest = Math.max(0, wholeUs - covered(steps));
  return [
    ...each.filter(({ times }) => times > 0),
    { wait: 'nothing of these', us: rest, times: null, failed: null },
  ];
}
