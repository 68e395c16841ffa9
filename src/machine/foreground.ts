import { readFileSync } from 'node:fs';

/** Whether this process group has its terminal, so that keys reach it: proc_pid_stat(5). */
export function isInForeground(): boolean {
  const stat = readFileSync('/proc/self/stat', 'latin1');
  const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return group === foreground;
}
