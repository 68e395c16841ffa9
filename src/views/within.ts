import type { Process } from '../capture/ledger/process.ts';
import type { Expression } from '../filter/ast.ts';
import { cgroupPath, isWithin } from '../machine/cgroup.ts';
import type { People } from './processes/people.ts';

/** The processes of one cgroup, and below it, as a term that each filter is joined with. */
export class Within {
  /** By number, as far as somebody asked since the last tick. */
  private readonly known = new Map<number, boolean>();

  /** `cgroup`: as in `isWithin`. */
  constructor(
    readonly cgroup: string,
    private readonly people: Pick<People, 'about' | 'running'>,
    private readonly processes: ReadonlyMap<string, Process>,
  ) {
    this.tick();
  }

  /** Both are to hold. */
  and(filter: Expression | null): Expression {
    const term: Expression = { kind: 'member', fields: ['pid'], members: this };
    return filter === null ? term : { kind: 'and', left: term, right: filter };
  }

  /** Processes may have begun, ended, or been moved. Those that ended are known by what the kernel kept of them. */
  tick(): void {
    this.known.clear();
    for (const process of this.processes.values())
      if (this.isIn(this.people.about(process).cgroup)) this.known.set(process.pid, true);
  }

  has(pid: number): boolean {
    let known = this.known.get(pid);
    if (known === undefined) {
      const entry = pid === 0 ? null : this.people.running(pid);
      known = this.isIn(entry && cgroupPath(entry.cgroups));
      this.known.set(pid, known);
    }
    return known;
  }

  private isIn(path: string | null): boolean {
    return path !== null && isWithin(path, this.cgroup);
  }
}
