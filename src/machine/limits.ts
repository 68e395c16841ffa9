import { existsSync, readFileSync } from 'node:fs';
import { CaptureError } from '../errors.ts';

interface Limit {
  /** In what Node.js, libc, libbpf and the kernel say of it. */
  pattern: RegExp;
  what: () => string;
  hint: string;
}

const MORE_MEMORY =
  'give it more: memory.max of the cgroup, MemoryMax= in a systemd unit, ulimit -v, ulimit -l';

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
    hint: MORE_MEMORY,
  },
];

/** An error that is a limit of the process or the machine, as what it is and what to do; null: it is something else. */
export function limitError(error: unknown): CaptureError | null {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  const limit = LIMITS.find(({ pattern }) => pattern.test(`${code} ${message}`));
  return limit ? new CaptureError(limit.what(), limit.hint) : null;
}

/** V8 reserves 10 GB before each WebAssembly memory, of which Node.js and the layout of the screen have one each. */
const ADDRESS_SPACE_GB = 24;

/** A limit of addresses under which V8 ends the process with a stack, as an error; null: there is none. */
export function addressSpaceError(): CaptureError | null {
  const most = softLimit('Max address space');
  if (most === null || most >= ADDRESS_SPACE_GB * 1e9) return null;
  const message = `too little address space: this process may have ${(most / 1e9).toFixed(1)} GB`;
  return new CaptureError(message, `raise the limit: ulimit -v unlimited; ${ADDRESS_SPACE_GB} GB are needed`);
}

/** How many files are open on the whole machine; null: not known. */
export function openFiles(): number | null {
  try {
    return Number.parseInt(readFileSync('/proc/sys/fs/file-nr', 'latin1'), 10);
  } catch {
    return null;
  }
}

/** How many descriptors this process may have; null: not known, or without end. */
export function mostDescriptors(): number | null {
  return softLimit('Max open files');
}

/** Of this process, by the name that proc_pid_limits(5) has for it; null: not known, or without end. */
function softLimit(name: string): number | null {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8').split('\n');
    const soft = limits
      .find((line) => line.startsWith(name))
      ?.slice(name.length)
      .trim()
      .split(' ')[0];
    return soft === undefined || soft === 'unlimited' ? null : Number(soft);
  } catch {
    return null; // there is no descriptor left to read it with
  }
}

/** What nettop cannot begin without, as an error; null: it is there. */
export function missingMount(): CaptureError | null {
  if (!existsSync('/proc/self/status'))
    return new CaptureError('/proc is not there', 'mount it: mount -t proc proc /proc');
  if (!existsSync('/sys/kernel'))
    return new CaptureError('/sys is not there', 'mount it: mount -t sysfs sysfs /sys');
  return null;
}

/** Whether a seccomp filter decides which system calls this process may do, as in a container: proc_pid_status(5). */
export function isSeccompFiltered(): boolean {
  try {
    return /^Seccomp:\s*2$/m.test(readFileSync('/proc/self/status', 'utf8'));
  } catch {
    return false;
  }
}

/** While programs are loaded, the kernel's types read with each; in less, the process is killed and cannot say why. */
export const MEMORY_MB = 160;

/** What its cgroup lets this process have, MB; null: without limit, or not known. */
export function memoryLimitMb(): number | null {
  const bytes = process.constrainedMemory();
  return bytes > 0 && bytes < 2 ** 50 ? Math.floor(bytes / 2 ** 20) : null;
}

/** A cgroup too small to start in, as an error; null: it is not. */
export function memoryError(): CaptureError | null {
  const limit = memoryLimitMb();
  if (limit === null || limit >= MEMORY_MB) return null;
  const message = `too little memory: the cgroup may have ${limit} MB, and nettop needs ${MEMORY_MB} MB to start`;
  return new CaptureError(message, MORE_MEMORY);
}
