import { RunningKernel } from '../attach/running-kernel.ts';
import { filterNames } from '../machine/filter-names.ts';
import { RunningMachine } from '../machine/running-machine.ts';
import { Progress } from '../terminal/progress.ts';

/** What commands run on. Each thing is read when it is first asked for. */
export const machine = new RunningMachine();
export const kernel = new RunningKernel(machine.types);
export const names = filterNames(machine);

/** For whoever waits while the output goes elsewhere. */
export const progress = new Progress(process.stderr);

/** A note beside the output. */
export function say(line: string): void {
  progress.clear();
  process.stderr.write(`${line}\n`);
}
