import { closeSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { openCgroupRoot } from '../../native/cgroup.ts';
import { CaptureError } from '../errors.ts';

const OWN_PATH = /^0::(.*)$/m;
const PREFIX = 'nettop-run-';
/** Processes that fork while they are moved out are moved again, so often. */
const MOST_MOVES = 100;

/**
 * A cgroup of version 2, below nettop's own, so that what limits that holds for it too. All that begins in it stays in
 * it, however it detaches itself. Where version 2 is mounted nowhere it is reached by a mount of nettop's own.
 */
export class RunCgroup {
  /** No other cgroup of the machine is called so. */
  readonly name = `${PREFIX}${process.pid}-${Date.now().toString(36)}`;
  private readonly above: string;
  private readonly path: string;

  /** Throws a CaptureError where it cannot be made. */
  constructor(private readonly root = rootOrThrow()) {
    const own = OWN_PATH.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1] ?? '/';
    this.above = `/proc/self/fd/${root}${own}`;
    this.path = `${this.above}/${this.name}`;
    try {
      mkdirSync(this.path);
    } catch (error) {
      closeSync(root);
      throw refused(error);
    }
  }

  /** What this process starts meanwhile is born in the cgroup: nothing of it is missed. */
  within<T>(start: () => T): T {
    try {
      move(process.pid, this.path);
    } catch (error) {
      throw refused(error);
    }
    try {
      return start();
    } finally {
      move(process.pid, this.above);
    }
  }

  /** Processes in it and below. */
  pids(): number[] {
    return pidsOf(this.path);
  }

  /** Takes it away; what still runs in it goes on in nettop's own. False: it could not be. */
  remove(): boolean {
    try {
      for (let moves = 0; moves < MOST_MOVES; moves++) {
        for (const pid of this.pids()) move(pid, this.above);
        if (removed(this.path)) return true;
      }
      return false;
    } catch {
      return false;
    } finally {
      closeSync(this.root);
    }
  }
}

function rootOrThrow(): number {
  const root = openCgroupRoot();
  if (root !== null) return root;
  throw new CaptureError(
    'the root of cgroup v2 is not seen: a command cannot be told from the rest',
    'run nettop outside the container, or with the cgroup namespace of the host (docker run --cgroupns=host)',
  );
}

function refused(error: unknown): CaptureError {
  return new CaptureError(
    `no cgroup for the command: ${(error as Error).message}`,
    'nettop needs to write to cgroup v2: it may be mounted read-only, or its limits of depth and number be reached',
  );
}

/** One that ended meanwhile is nowhere. */
function move(pid: number, group: string): void {
  try {
    writeFileSync(`${group}/cgroup.procs`, String(pid));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function pidsOf(group: string): number[] {
  const own = readFileSync(`${group}/cgroup.procs`, 'utf8').split('\n').filter(Boolean).map(Number);
  return [...own, ...childrenOf(group).flatMap(pidsOf)];
}

const childrenOf = (group: string): string[] =>
  readdirSync(group, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${group}/${name}`);

/** With those that were made below it; false: something runs there. */
function removed(group: string): boolean {
  if (!childrenOf(group).every(removed)) return false;
  try {
    rmdirSync(group);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EBUSY') return false;
    throw error;
  }
}
