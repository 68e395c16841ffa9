import { Cloner } from '../../native/clone.ts';
import type { KernelTypes } from '../../native/kernel.ts';
import { DescriptorLink, type Link } from '../../native/link.ts';
import { withLog } from '../../native/log.ts';
import { recursionMisses } from '../../native/program-info.ts';
import type { Hook } from '../model/model.ts';
import type { Loaded } from './objects.ts';
import { type Attachment, attachmentKey, programs } from './plan.ts';
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

const keyOf = ({ point, rung }: Attachment): string => (rung ? attachmentKey(point, rung.hook) : '');

/** Attaches the trace's programs, piece by piece, and takes them off again. */
export class Attacher {
  /** Attachments that the kernel refused, by attachmentKey, with its reason. */
  readonly refused = new Map<string, string>();
  private readonly links = new Map<string, Attached>();
  private readonly cloners = new Map<string, Cloner>();
  private queue: Attachment[][] = [];
  private missedBefore = 0;

  constructor(
    private readonly loaded: Loaded,
    private readonly haveCookies: boolean,
    private readonly types: KernelTypes,
  ) {}

  /** Attachments that are not made and not refused wait for `advance`. */
  enqueue(attachments: readonly Attachment[]): void {
    const known = new Set(['', ...this.links.keys(), ...this.refused.keys()]);
    const waiting = attachments.filter((attachment) => {
      const isNew = !known.has(keyOf(attachment));
      known.add(keyOf(attachment));
      return isNew;
    });
    const isBatched = ({ rung }: Attachment) => rung?.hook === 'kprobe-multi';
    this.queue = waiting.filter((attachment) => !isBatched(attachment)).map((attachment) => [attachment]);
    for (const program of programs(waiting.filter(isBatched))) {
      const attachments = waiting.filter(({ rung }) => rung?.program === program);
      for (let at = 0; at < attachments.length; at += BATCH)
        this.queue.push(attachments.slice(at, at + BATCH));
    }
  }

  get waiting(): number {
    return this.queue.reduce((sum, attachments) => sum + attachments.length, 0);
  }

  /** Attaches until nothing waits or the time is over, at least one piece. */
  advance(isOver: () => boolean): void {
    withLog(
      () => {},
      false,
      () => {
        do {
          const attachments = this.queue.shift();
          if (!attachments) return;
          this.attach(attachments);
        } while (!isOver());
      },
    );
  }

  /** Detaches everything but these. */
  keep(attachments: readonly Attachment[]): void {
    this.queue = [];
    const kept = new Set(attachments.map(keyOf));
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
  private attach(attachments: Attachment[]): void {
    try {
      const link = this.linkTo(attachments);
      for (const attachment of attachments) this.links.set(keyOf(attachment), link);
    } catch (error) {
      const [only] = attachments;
      if (attachments.length === 1 && only) {
        this.refused.set(keyOf(only), (error as Error).message);
        return;
      }
      const middle = attachments.length >> 1;
      this.queue.unshift(attachments.slice(0, middle), attachments.slice(middle));
    }
  }

  private linkTo(attachments: Attachment[]): Attached {
    const [{ rung, point, number }] = attachments as [Attachment];
    const { object } = this.loaded;
    const program = rung?.program ?? '';
    if (rung?.exit) return this.passage(point.function, rung.hook, [rung.exit, program]);
    switch (rung?.hook) {
      case 'fentry':
        return this.clone(program, symbolOf(point), number);
      case 'kprobe':
        return alone(object.attachKprobe(program, symbolOf(point), this.haveCookies ? number : null));
      case 'kprobe-multi': {
        const functions = attachments.map((attachment) => ({
          name: symbolOf(attachment.point),
          cookie: attachment.number,
        }));
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
    const found = this.types.functionNumber(name);
    if (found === null) throw new Error(`${name} is not in the kernel's BTF`);
    const fds = cloner.attach(name, found, number);
    const link = new DescriptorLink([fds.link, fds.program]);
    return { destroy: () => link.destroy(), programs: [fds.program] };
  }
}

function alone(link: { destroy(): void }): Attached {
  return { destroy: () => link.destroy(), programs: [] };
}
