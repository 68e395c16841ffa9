import { array, number, type RecordKind, rounded, string, time } from '../model/record.ts';
import { connectionRecord } from '../panes/connections/record.ts';
import { dropRecord } from '../panes/drops/record.ts';
import { processRecord } from '../panes/processes/record.ts';
import { requestRecord, requestTotalsRecord } from '../panes/requests/record.ts';
import { failedCallRecord } from './failed-call-record.ts';
import type { RunReport } from './report.ts';

/** The first line of a report. */
export const runRecord: RecordKind<RunReport> = {
  type: 'run',
  about:
    '`nettop run --json`: the first line. Those of its processes, connections, failed calls, requests and drops follow, then `requestTotals`',
  fields: [
    time('time', (run) => run.startUs, 'when the command began'),
    array('command', (run) => run.command, 'with its arguments'),
    number('exitCode', (run) => run.exitCode, '128 + n where a signal ended it'),
    number('durationSeconds', (run) => rounded((run.endUs - run.startUs) / 1e6, 6), 'until it ended'),
    array('stillRunning', (run) => run.stillRunning, 'what it left behind, such as `"redis-server[412]"`'),
    number('transmitBytes', (run) => run.txBytes, 'payload that all its processes sent'),
    number('receiveBytes', (run) => run.rxBytes, 'payload that they received'),
    array(
      'waited',
      (run) =>
        run.waited.map(({ wait, us, times, failed }) => ({
          for: wait,
          microseconds: Math.round(us),
          times,
          failed,
        })),
      'what it waited for, all its processes together, where what overlaps counts once: each with `for` (`"DNS"`, `"connect"`, `"TLS"`, `"first byte"`, `"body"`, `"nothing of these"`), `microseconds`, `times`, `failed`',
    ),
    string('failure', (run) => run.failure, 'why it was not watched to its end', 'where it was'),
    array('warnings', (run) => run.status?.warnings ?? [], 'what is missing or could not be done'),
  ],
};

interface Line {
  kind: RecordKind<never>;
  row: never;
}

const line = <R>(kind: RecordKind<R>, row: R): Line => ({ kind, row: row as never }) as Line;

/** All of it, as records. */
export function recordsOf(report: RunReport): Line[] {
  const { processes, connections, failedCalls, requests, drops, requestTotals } = report;
  return [
    line(runRecord, report),
    ...processes.map((row) => line(processRecord, row)),
    ...connections.map(({ row }) => line(connectionRecord, row)),
    ...failedCalls.map((row) => line(failedCallRecord, row)),
    ...requests.map((row) => line(requestRecord, row)),
    ...drops.map((row) => line(dropRecord, row)),
    ...(requestTotals ? [line(requestTotalsRecord, requestTotals)] : []),
  ];
}
