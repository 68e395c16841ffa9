import type { RunningKernel } from '../../attach/running-kernel.ts';
import { SWEEPS } from '../sweep/sweeps.ts';
import { VISIT } from '../sweep/visitor.ts';
import { FAR_END_HOOKS } from './far-end-map.ts';
import { frameHooks, heardHooks } from './heard-map.ts';
import type { UsageHooks } from './hooks.ts';
import { acceptHooks, EVENT_HOOKS, errorHooks, HAPPENING_HOOKS } from './lives.ts';
import { RELEASE_HOOKS } from './releases.ts';
import { dropHooks } from './syn-drops.ts';

/** Without these nothing can be said of sockets. */
export const REQUIRED_PROGRAMS: ReadonlySet<string> = new Set(['on_state', 'on_destroy', 'sweep_tcp']);

/** Programs that are attached all the time, without those on the cgroup. */
export function lastingHooks({ states, calls, streams, again }: UsageHooks, kernel: RunningKernel): string[] {
  const { types } = kernel;
  const others = [...dropHooks(types), ...errorHooks(types), ...heardHooks(kernel), ...acceptHooks(kernel)];
  return [...states, 'on_rename', ...HAPPENING_HOOKS, ...others, ...calls, ...streams, ...again];
}

/** Those on the cgroup, those that are attached when they are asked for, and iterators. */
export function otherPrograms(kernel: RunningKernel): string[] {
  return [...FAR_END_HOOKS, ...RELEASE_HOOKS, ...EVENT_HOOKS, ...frameHooks(kernel), ...SWEEPS, VISIT];
}
