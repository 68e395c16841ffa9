import { RunningKernel } from '../attach/running-kernel.ts';
import { filterNames } from '../machine/filter-names.ts';
import { RunningMachine } from '../machine/running-machine.ts';

/** What commands run on. Each thing is read when it is first asked for. */
export const machine = new RunningMachine();
export const kernel = new RunningKernel(machine.types);
export const names = filterNames(machine);

/** A note beside the output. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
