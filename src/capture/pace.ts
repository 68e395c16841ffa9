import { threadTimeNs } from '../../native/libc.ts';

/** What takes longer is not done in a tick: a key would wait for it. */
const LONG_NS = 10e6;

/** When something is done again: the more it takes of a CPU, the later. */
export class Pace {
  private dueNs = 0;
  private tookNs = 0;

  /** `pause`: it pauses so many times as long as it took, and `everyNs` at least. */
  constructor(
    private readonly pause: number,
    private readonly everyNs: number,
  ) {}

  /** `between`: what takes long is due between two ticks, the rest in one. */
  isDue(nowNs: number, between: boolean): boolean {
    return nowNs >= this.dueNs && this.tookNs > LONG_NS === between;
  }

  run<T>(nowNs: number, work: () => T): T {
    const startNs = threadTimeNs();
    const result = work();
    this.tookNs = threadTimeNs() - startNs;
    this.dueNs = nowNs + Math.max(this.everyNs, this.tookNs * this.pause);
    return result;
  }
}
