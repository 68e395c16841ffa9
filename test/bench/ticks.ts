import { setTimeout as wait } from 'node:timers/promises';
import { Capture } from '../../src/capture/capture.ts';
import { monotonicNs } from '../../src/machine/clock.ts';
import { RunningMachine } from '../../src/machine/running-machine.ts';
import { complete } from '../../src/machine/work.ts';
import type { ViewQuestion } from '../../src/model/question.ts';
import { questionOf } from '../fixtures/question.ts';

const TICKS = 20;
/** The first ones meet every socket for the first time, and code that is not compiled yet. */
const WARM_UP = 5;

export interface Ticks {
  rows: number;
  wallMs: number[];
  cpuMs: number[];
  /** Between this tick and the next: of the processor. */
  betweenMs: number[];
  memoryBytes: number;
}

/** What the worker does once a tick: it sweeps, and answers what the first screen asks. */
export async function measureTicks(): Promise<Ticks> {
  const capture = new Capture(
    {
      attach: 'auto',
      rateLimit: 1000,
      ringBytes: 1 << 20,
      eventBytes: 1 << 20,
      rawHeaders: false,
      kernelStack: false,
      points: [],
    },
    new RunningMachine(),
  );
  const view: ViewQuestion = { sort: 'rate', descending: true, rows: 15, cursor: { index: 0 } };
  capture.ask(questionOf({ views: { processes: view, connections: { ...view, closed: true } } }));
  const ticks: Ticks = { rows: 0, wallMs: [], cpuMs: [], betweenMs: [], memoryBytes: 0 };
  for (let tick = 0; tick < WARM_UP + TICKS; tick++) {
    const [begin, cpu] = [performance.now(), process.cpuUsage()];
    complete(capture.tick());
    const { connections } = capture.answer();
    const { user, system } = process.cpuUsage(cpu);
    ticks.rows = connections?.total ?? 0;
    if (tick >= WARM_UP) {
      ticks.wallMs.push(performance.now() - begin);
      ticks.cpuMs.push((user + system) / 1000);
    }
    const surveyed = process.cpuUsage();
    capture.survey(monotonicNs());
    const survey = process.cpuUsage(surveyed);
    if (tick >= WARM_UP) ticks.betweenMs.push((survey.user + survey.system) / 1000);
    await wait(1000 - (performance.now() - begin));
  }
  ticks.memoryBytes = process.memoryUsage().rss;
  capture.stop();
  return ticks;
}
