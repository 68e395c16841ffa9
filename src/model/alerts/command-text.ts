import type { AlertPlace } from './alert.ts';

/** A word for a POSIX shell, whatever is in it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The command as it has to be run to act on that network namespace; null: there is no way to name it. */
export function within(
  { netns, netnsName, pid }: Pick<AlertPlace, 'netns' | 'netnsName' | 'pid'>,
  ownNetns: number,
  command: string,
): string | null {
  if (netns === null || netns === ownNetns) return command;
  if (netnsName !== null) return `ip netns exec ${quoted(netnsName)} ${command}`;
  return pid === null ? null : `nsenter -t ${pid} -n ${command}`;
}
