import type { SecondsHistory } from '../../model/process.ts';

export const HISTORY_SECONDS = 300;

/** Bytes in each of the last five minutes' seconds. It grows with the time in which there was traffic. */
export class Seconds {
  private first = 0;
  private rxBytes: number[] = [];
  private txBytes: number[] = [];

  /** Adds what a tick brought that ended at `atNs`; a tick of several seconds is spread over them. */
  add(atNs: number, elapsedSeconds: number, rxBytes: number, txBytes: number): void {
    if (rxBytes + txBytes === 0) return;
    const last = Math.floor(atNs / 1e9);
    const from = this.reach(last - Math.max(1, Math.round(elapsedSeconds)) + 1, last);
    const parts = last - from + 1;
    for (let place = from - this.first; place <= last - this.first; place++) {
      this.rxBytes[place] = (this.rxBytes[place] ?? 0) + rxBytes / parts;
      this.txBytes[place] = (this.txBytes[place] ?? 0) + txBytes / parts;
    }
  }

  /** Up to now: seconds without traffic are 0, those before the first are left out. */
  read(nowNs: number): SecondsHistory {
    const now = Math.floor(nowNs / 1e9);
    const from = Math.max(this.first, now - HISTORY_SECONDS + 1);
    if (this.first + this.rxBytes.length <= from) return { rxBytes: [], txBytes: [] };
    const upToNow = (bytes: number[]) =>
      Array.from({ length: now - from + 1 }, (_, at) => bytes[from - this.first + at] ?? 0);
    return { rxBytes: upToNow(this.rxBytes), txBytes: upToNow(this.txBytes) };
  }

  /** Makes room up to `last`, lets go of what is older than five minutes; returns the first that has a place. */
  private reach(from: number, last: number): number {
    if (this.rxBytes.length === 0 || last - this.first >= 2 * HISTORY_SECONDS) {
      this.first = Math.max(from, last - HISTORY_SECONDS + 1);
      this.rxBytes = [];
      this.txBytes = [];
    }
    while (this.first + this.rxBytes.length <= last) {
      this.rxBytes.push(0);
      this.txBytes.push(0);
    }
    const over = Math.max(0, this.rxBytes.length - HISTORY_SECONDS);
    this.rxBytes.splice(0, over);
    this.txBytes.splice(0, over);
    this.first += over;
    return Math.max(from, this.first);
  }
}

/** The sum, second by second; all end now. */
export function sumSeconds(histories: readonly SecondsHistory[]): SecondsHistory {
  const length = Math.max(0, ...histories.map(({ rxBytes }) => rxBytes.length));
  const sum = {
    rxBytes: Array<number>(length).fill(0),
    txBytes: Array<number>(length).fill(0),
  };
  for (const { rxBytes, txBytes } of histories) {
    const from = length - rxBytes.length;
    rxBytes.forEach((bytes, at) => {
      sum.rxBytes[from + at] = (sum.rxBytes[from + at] ?? 0) + bytes;
      sum.txBytes[from + at] = (sum.txBytes[from + at] ?? 0) + (txBytes[at] ?? 0);
    });
  }
  return sum;
}
