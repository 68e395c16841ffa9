import type { CaptureOptions } from '../attach/capture-options.ts';
import { RunningKernel } from '../attach/running-kernel.ts';
import type { RunningMachine } from '../machine/running-machine.ts';
import { Answers } from '../views/answers.ts';
import { KernelFeed } from './kernel-feed.ts';
import type { TracerDebug } from './trace/tracer-debug.ts';

/** Everything between the kernel and an answer. Lives in one thread; closes with stop(). */
export class Capture extends Answers {
  private readonly kernel: KernelFeed;

  constructor(options: CaptureOptions, machine: RunningMachine) {
    const kernel = new KernelFeed(options, machine, new RunningKernel(machine.types));
    super(kernel, machine);
    this.kernel = kernel;
  }

  /** Between two ticks: what is due and takes too long to be done in one. */
  survey(nowNs: number): void {
    this.kernel.accounting.survey(nowNs);
  }

  /** So many connections close that their last records are to be read again soon. */
  get isBusy(): boolean {
    return this.kernel.accounting.isBusy;
  }

  /** By traced function; for --debug-func. */
  debug(): TracerDebug {
    return this.kernel.debug();
  }
}
