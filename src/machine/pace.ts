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
    private readonly everyNs = 0,
  ) {}

  isDue(nowNs: number): boolean {
    return nowNs >= this.dueNs;
  }

  get isLong(): boolean {
    return this.tookNs > LONG_NS;
  }

  run<T>(nowNs: number, work: () => T): T {
    const startNs = threadTimeNs();
    const result = work();
    this.rest(nowNs, threadTimeNs() - startNs);
    return result;
  }

  /** After what was done in parts, and took so much of a CPU. */
  rest(nowNs: number, tookNs: number): void {
    this.tookNs = tookNs;
    this.dueNs = nowNs + Math.max(this.everyNs, tookNs * this.pause);
  }
}
