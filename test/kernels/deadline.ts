import { spawnSync } from 'node:child_process';
import { say } from './guest.ts';

/** Without the kernel's own threads. */
const PROCESSES = ['--ppid', '2', '-p', '2', '--deselect', '-o', 'pid,stat,etimes,wchan:32,args'];

/**
 * Fails what does not end: what it waits for, of another process or of the kernel, may never come, and nobody else would
 * notice. The console then has every process and what it waits for in the kernel.
 */
export async function within<T>(ms: number, act: () => T | Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      say(spawnSync('ps', PROCESSES, { encoding: 'utf8', timeout: 10_000 }).stdout);
      reject(new Error(`it stands still: not done within ${ms / 1000} s`));
    }, ms);
  });
  try {
    return await Promise.race([act(), late]);
  } finally {
    clearTimeout(timer);
  }
}
