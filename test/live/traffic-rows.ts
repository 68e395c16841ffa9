import type { TestContext } from 'node:test';
import { TRACE_POINTS } from '../../src/attach/points.ts';
import { Capture } from '../../src/capture/capture.ts';
import { parseFilter } from '../../src/filter/parser.ts';
import { RunningMachine } from '../../src/machine/running-machine.ts';
import type { TrafficGrouping, TrafficRow } from '../../src/panes/traffic/row.ts';
import { questionOf } from '../fixtures/question.ts';
import type { WireLine } from './rows.ts';
import { sumOf } from './wire-counts.ts';

export function openCapture(t: TestContext): Capture {
  const options = { attach: 'tracepoint', rateLimit: 0, rawHeaders: false, kernelStack: false } as const;
  const capture = new Capture(
    { ...options, ringBytes: 4096, eventBytes: 4096, points: TRACE_POINTS },
    new RunningMachine(),
  );
  t.after(() => capture.stop());
  return capture;
}

/** Rows of what was counted up to the last tick. */
export function askTraffic(
  capture: Capture,
  filter: string,
  by: TrafficGrouping,
  prefixes = { ip: 24, ip6: 64 },
): TrafficRow[] {
  const traffic = { sort: 'rate', descending: true, rows: 1e6, cursor: null, group: by, prefixes };
  capture.ask(questionOf({ filter: parseFilter(filter), views: { traffic } }));
  return capture.answer().traffic?.rows ?? [];
}

export function tick(capture: Capture): void {
  for (const _ of capture.tick());
}

export const lineOf = (row: TrafficRow): WireLine => ({
  receivePackets: row.rxPackets,
  receiveBytes: row.rxBytes,
  transmitPackets: row.txPackets,
  transmitBytes: row.txBytes,
});

export const all = (rows: readonly TrafficRow[]): WireLine => sumOf(rows.map(lineOf));
