import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { sanitize } from '../text/text.ts';

/** USER_HZ, in which /proc tells times: 100 on every processor type that nettop runs on. */
const TICK_NS = 1e7;
/** Longer command lines are cut. */
const MOST_COMMAND_BYTES = 4096;

/** What /proc/PID says of a process that runs. */
export interface ProcEntry {
  name: string;
  parentPid: number;
  uid: number;
  /** Since boot. */
  startNs: number;
  /** '' for the kernel's own. */
  command: string;
  /** As the file has it. */
  cgroups: string;
}

/** In what /proc tells the start of a process: hundredths of a second, cut off. */
export const startTick = (startNs: number): number => Math.floor(startNs / TICK_NS);

/** null when there is no such process, or it has ended and its parent has not asked how. */
export function readProcess(pid: number, root = '/proc'): ProcEntry | null {
  if (!existsSync(`${root}/${pid}`)) return null; // an exception costs ten times as much
  try {
    const file = (name: string) => readFileSync(`${root}/${pid}/${name}`, 'latin1');
    const stat = file('stat');
    // The name stands in parentheses and may have some itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null; // its command line and cgroup are gone
    return {
      name: sanitize(readFileSync(`${root}/${pid}/comm`, 'utf8').trimEnd()),
      parentPid: Number(fields[1]),
      uid: Number(/^Uid:\t(\d+)/m.exec(file('status'))?.[1]),
      startNs: Number(fields[19]) * TICK_NS,
      command: readCommand(`${root}/${pid}/cmdline`),
      cgroups: readFileSync(`${root}/${pid}/cgroup`, 'utf8'),
    };
  } catch {
    return null; // it ended
  }
}

function readCommand(path: string): string {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(MOST_COMMAND_BYTES);
    const text = buffer.toString('utf8', 0, readSync(file, buffer));
    return sanitize(text.replaceAll('\0', ' ').trim());
  } finally {
    closeSync(file);
  }
}
