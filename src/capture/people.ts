import { NOTHING_READ, type ProcessFacts } from '../process-row.ts';
import { sanitize } from '../text.ts';
import { cgroupPath, containerOf, unitOf } from './cgroup.ts';
import type { ContainerFiles } from './container-files.ts';
import { type ProcEntry, readProcess, startTick } from './proc-files.ts';
import type { Process } from './process.ts';

/** How long reading about new processes may take in a tick; the others wait for the next. */
const BUDGET_NS = 10e6;
const ANCESTOR_NS = 2e9;
const MOST_ANCESTORS = 4096;

/** What is known of processes beyond their traffic. It stays known when they end. */
export class People {
  private readonly ancestors = new Map<number, { entry: ProcEntry | null; readNs: number }>();

  constructor(
    private readonly containers: ContainerFiles,
    private readonly nowNs: () => number,
    private readonly root = '/proc',
  ) {}

  /** Reads about a process when it is first asked for. */
  about(process: Process): ProcessFacts {
    process.about ??= this.read(process) ?? NOTHING_READ;
    return process.about;
  }

  /** Reads again, as a process may execute another program or be moved to another cgroup. */
  refresh(process: Process): ProcessFacts {
    process.about = this.read(process) ?? process.about ?? NOTHING_READ;
    return process.about;
  }

  /** Reads about processes that may be gone when they are asked for; takes those that it has read from the list. */
  meet(fresh: Process[]): void {
    const untilNs = this.nowNs() + BUDGET_NS;
    for (let process = fresh.pop(); process; process = fresh.pop()) {
      this.about(process);
      if (this.nowNs() > untilNs) return;
    }
  }

  /** A process that runs now, with or without sockets. */
  running(pid: number): ProcEntry | null {
    const known = this.ancestors.get(pid);
    if (known && this.nowNs() - known.readNs < ANCESTOR_NS) return known.entry;
    const entry = readProcess(pid, this.root);
    if (this.ancestors.size >= MOST_ANCESTORS) this.ancestors.clear();
    this.ancestors.set(pid, { entry, readNs: this.nowNs() });
    return entry;
  }

  /** null: it ended, and maybe another has its number. */
  private read({ pid, startNs }: Process): ProcessFacts | null {
    const entry = pid === 0 ? null : readProcess(pid, this.root);
    if (!entry || startTick(startNs) !== startTick(entry.startNs)) return null;
    return {
      ...this.place(entry.cgroups),
      parentPid: entry.parentPid,
      command: entry.command,
      read: true,
    };
  }

  private place(cgroups: string): Pick<ProcessFacts, 'cgroup' | 'unit' | 'container'> {
    const path = cgroupPath(cgroups);
    if (path === null) return { cgroup: null, unit: null, container: null };
    const cgroup = sanitize(path);
    const container = containerOf(cgroup);
    return {
      cgroup,
      unit: unitOf(cgroup),
      container: container && this.containers.name(container),
    };
  }
}
