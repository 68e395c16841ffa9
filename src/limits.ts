import { readFileSync } from 'node:fs';
import { CaptureError } from './errors.ts';

interface Limit {
  /** In what Node.js, libc, libbpf and the kernel say of it. */
  pattern: RegExp;
  what: () => string;
  hint: string;
}

const LIMITS: readonly Limit[] = [
  {
    pattern: /EMFILE|Too many open files(?! in system)/i,
    what: () => `too many open files: this process may have ${mostDescriptors() ?? 'no more'} descriptors`,
    hint: 'raise the limit: ulimit -n 4096, or LimitNOFILE=4096 in a systemd unit',
  },
  {
    pattern: /ENFILE|Too many open files in system/i,
    what: () => 'too many open files on the whole machine',
    hint: 'raise the limit: sysctl fs.file-max',
  },
  {
    pattern: /ENOMEM|Cannot allocate memory|OUT_OF_MEMORY|out of memory|Array buffer allocation failed/i,
    what: () => 'out of memory: a limit of this process or its cgroup was reached',
    hint: 'give it more: memory.max of the cgroup, MemoryMax= in a systemd unit, ulimit -v, ulimit -l',
  },
];

/** An error that is a limit of the process or the machine, as what it is and what to do; null: it is something else. */
export function limitError(error: unknown): CaptureError | null {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  const limit = LIMITS.find(({ pattern }) => pattern.test(`${code} ${message}`));
  return limit ? new CaptureError(limit.what(), limit.hint) : null;
}

/** How many descriptors this process may have; null: not known, or without end. */
export function mostDescriptors(): number | null {
  try {
    const soft = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return soft === undefined ? null : Number(soft);
  } catch {
    return null; // there is none left to read it with
  }
}
