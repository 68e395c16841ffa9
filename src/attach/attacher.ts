import { Cloner } from '../../native/clone.ts';
import { functionNumber } from '../../native/kernel.ts';
import { withLog } from '../../native/log.ts';
import { DescriptorLink, type Link } from '../../native/object.ts';
import { recursionMisses } from '../../native/program-info.ts';
import type { Hook } from '../model/model.ts';
import type { Loaded } from './objects.ts';
import { programs, type Stand, standKey } from './plan.ts';
import { symbolOf } from './points.ts';

interface Attached {
  destroy(): void;
  /** Programs that are there only for this link. */
  programs: number[];
}

/** Functions that one call attaches together. */
const BATCH = 256;
/** OWN_POINT in bpf/trace/called.bpf.c. */
const PLACEHOLDER = 0x4e657474;

const keyOf = ({ point, rung }: Stand): string => (rung ? standKey(point, rung.hook) : '');

/** Attaches the trace's programs, piece by piece, and takes them off again. */
export class Attacher {
  /** Stands that the kernel refused, by standKey, with its reason. */
  readonly refused = new Map<string, string>();
  private readonly links = new Map<string, Attached>();
  private readonly cloners = new Map<string, Cloner>();
  private queue: Stand[][] = [];
  private missedBefore = 0;

  constructor(
    private readonly loaded: Loaded,
    private readonly haveCookies: boolean,
  ) {}

  /** Stands that are not attached and not refused wait for `advance`. */
  enqueue(stands: readonly Stand[]): void {
    const known = new Set(['', ...this.links.keys(), ...this.refused.keys()]);
    const waiting = stands.filter((stand) => {
      const isNew = !known.has(keyOf(stand));
      known.add(keyOf(stand));
      return isNew;
    });
    const isBatched = ({ rung }: Stand) => rung?.hook === 'kprobe-multi';
    this.queue = waiting.filter((stand) => !isBatched(stand)).map((stand) => [stand]);
    for (const program of programs(waiting.filter(isBatched))) {
      const stands = waiting.filter(({ rung }) => rung?.program === program);
      for (let at = 0; at < stands.length; at += BATCH) this.queue.push(stands.slice(at, at + BATCH));
    }
  }

  get waiting(): number {
    return this.queue.reduce((sum, stands) => sum + stands.length, 0);
  }

  /** Attaches until nothing waits or the time is over, at least one piece. */
  advance(isOver: () => boolean): void {
    withLog(
      () => {},
      false,
      () => {
        do {
          const stands = this.queue.shift();
          if (!stands) return;
          this.attach(stands);
        } while (!isOver());
      },
    );
  }

  /** Takes off everything but these stands. */
  keep(stands: readonly Stand[]): void {
    this.queue = [];
    const kept = new Set(stands.map(keyOf));
    const dropped = new Set<Attached>();
    for (const [name, link] of this.links) {
      if (kept.has(name)) continue;
      dropped.add(link); // one may hold many functions
      this.links.delete(name);
    }
    for (const link of dropped) {
      this.missedBefore += link.programs.reduce((sum, fd) => sum + recursionMisses(fd), 0);
      link.destroy();
    }
  }

  /** Calls that the kernel skipped because a program ran already, since the object was loaded. */
  recursionMisses(programs: readonly string[]): number {
    const own = programs.map((name) => this.loaded.object.programFd(name)).filter((fd) => fd >= 0);
    const links = new Set(this.links.values());
    const all = [...own, ...[...links].flatMap((link) => link.programs)];
    return all.reduce((sum, fd) => sum + recursionMisses(fd), this.missedBefore);
  }

  close(): void {
    this.keep([]);
    for (const cloner of this.cloners.values()) cloner.close();
    this.cloners.clear();
  }

  /** Of a batch that the kernel refuses as a whole, the halves are tried, down to the one at fault. */
  private attach(stands: Stand[]): void {
    try {
      const link = this.linkTo(stands);
      for (const stand of stands) this.links.set(keyOf(stand), link);
    } catch (error) {
      const [only] = stands;
      if (stands.length === 1 && only) {
        this.refused.set(keyOf(only), (error as Error).message);
        return;
      }
      const middle = stands.length >> 1;
      this.queue.unshift(stands.slice(0, middle), stands.slice(middle));
    }
  }

  private linkTo(stands: Stand[]): Attached {
    const [{ rung, point, number }] = stands as [Stand];
    const { object } = this.loaded;
    const program = rung?.program ?? '';
    if (rung?.exit) return this.passage(point.function, rung.hook, [rung.exit, program]);
    switch (rung?.hook) {
      case 'fentry':
        return this.clone(program, symbolOf(point), number);
      case 'kprobe':
        return alone(object.attachKprobe(program, symbolOf(point), this.haveCookies ? number : null));
      case 'kprobe-multi': {
        const functions = stands.map((stand) => ({ name: symbolOf(stand.point), cookie: stand.number }));
        return alone(object.attachKprobeMulti(program, functions));
      }
      default:
        return alone(object.attach(program));
    }
  }

  /** On a function's end and on its entry. */
  private passage(name: string, hook: Hook, [exit, entry]: [string, string]): Attached {
    const { object } = this.loaded;
    const on = (program: string, atReturn: boolean): Link =>
      hook === 'fentry' ? object.attach(program) : object.attachKprobe(program, name, null, atReturn);
    const end = on(exit, true);
    try {
      const start = on(entry, false);
      return alone({ destroy: () => [start, end].forEach((link) => void link.destroy()) });
    } catch (error) {
      end.destroy();
      throw error;
    }
  }

  private clone(program: string, name: string, number: number): Attached {
    let cloner = this.cloners.get(program);
    if (!cloner) {
      cloner = new Cloner(this.loaded.object.template(program), PLACEHOLDER);
      this.cloners.set(program, cloner);
    }
    const found = functionNumber(name);
    if (found === null) throw new Error(`${name} is not in the kernel's BTF`);
    const fds = cloner.attach(name, found, number);
    const link = new DescriptorLink([fds.link, fds.program]);
    return { destroy: () => link.destroy(), programs: [fds.program] };
  }
}

function alone(link: { destroy(): void }): Attached {
  return { destroy: () => link.destroy(), programs: [] };
}
