import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { type ProgramTime, programTime } from './program-info.ts';

const SWITCH = '/proc/sys/kernel/bpf_stats_enabled';
const DESCRIPTORS = '/proc/self/fd';

/** What this process's programs took up to now, each once; null: the kernel does not count it (kernel.bpf_stats_enabled). */
export function programTimes(): ProgramTime[] | null {
  if (!isCounted()) return null;
  const times = readdirSync(DESCRIPTORS).flatMap((fd) => (isProgram(fd) ? [programTime(Number(fd))] : []));
  return [...new Map(times.map((time) => [time.id, time])).values()];
}

function isCounted(): boolean {
  try {
    return readFileSync(SWITCH, 'latin1').trim() === '1';
  } catch {
    return false;
  }
}

function isProgram(fd: string): boolean {
  try {
    return readlinkSync(`${DESCRIPTORS}/${fd}`) === 'anon_inode:bpf-prog';
  } catch {
    return false; // it was that of the folder itself
  }
}
