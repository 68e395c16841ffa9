import { choosePoints } from '../attach/selection.ts';
import { LiveSource } from '../capture/client.ts';
import type { WorkerOptions } from '../capture/messages.ts';
import { traceLimits } from '../capture/trace-limits.ts';
import type { Options } from '../command/options.ts';
import type { RowSource } from '../model/question.ts';
import { machine } from './context.ts';

/** Requests a second that are followed, where there is no word of it. */
const REQUEST_RATE = 6000;
/** Of these where very many more come. */
const LEAST_REQUESTS = 500;
/** Of connections: for all of them, and where only resets are told. */
const EVENT_BYTES = 8 << 20;
const RESET_BYTES = 256 << 10;

/** What the worker is told of the command line. */
export function workerOptions(options: Options, log: (line: string) => void): WorkerOptions {
  const { command, rateLimit, attach, kernelStack, verbose } = options;
  const isRecorded = command === 'record' || command === 'bundle';
  const { points, left } = choosePoints(options.functions, options.paths, machine.types, machine.symbols);
  if (left > 0) log(`nettop: ${left} more functions match and cannot be traced: see nettop functions`);
  return {
    ...traceLimits(rateLimit, command === 'ui' || isRecorded),
    requestLimit: rateLimit ?? REQUEST_RATE,
    leastRequests: rateLimit === null ? LEAST_REQUESTS : undefined,
    attach,
    eventBytes: options.events || isRecorded ? EVENT_BYTES : RESET_BYTES,
    rawHeaders: command === 'debug',
    captureFrames: options.pcapng !== null,
    kernelStack,
    points,
    verbose,
  };
}

/** Other machines, where the command line names such; else the running kernel. `whole` as of the kernel. */
export async function open(
  options: Options,
  log: (line: string) => void,
  whole: boolean,
): Promise<RowSource> {
  if (options.machines.length === 0) return openSource(options, log, whole);
  const { openMachines } = await import('./machines.ts');
  return openMachines(options, log, whole);
}

/** The running kernel. `whole`: a part that it refuses is a failure, not a warning. */
export function openSource(options: Options, log: (line: string) => void, whole: boolean): LiveSource {
  return new LiveSource(workerOptions(options, log), log, whole);
}
