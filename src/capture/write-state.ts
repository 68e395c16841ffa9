import { setTimeout } from 'node:timers/promises';

/** Bytes that the reader took, as far as 32 bits go; 1 while it takes none. */
const [TAKEN, WAITS] = [0, 1];

/** How a thread gets on that writes to a pipe, for another one: it can tell of nothing while it waits. */
export class WriteState {
  private readonly words: Int32Array;

  constructor(readonly memory = new SharedArrayBuffer(8)) {
    this.words = new Int32Array(memory);
  }

  took(bytes: number): void {
    Atomics.add(this.words, TAKEN, bytes);
    Atomics.store(this.words, WAITS, 0);
  }

  /** Blocks the thread for so long. */
  wait(milliseconds: number): void {
    Atomics.store(this.words, WAITS, 1);
    Atomics.wait(this.words, WAITS, 1, milliseconds);
  }

  /** Resolves when the reader has taken nothing for so long. */
  async standsStill(milliseconds: number): Promise<void> {
    const { words } = this;
    for (;;) {
      const before = Atomics.load(words, TAKEN);
      await setTimeout(milliseconds, undefined, { ref: false });
      if (Atomics.load(words, WAITS) === 1 && Atomics.load(words, TAKEN) === before) return;
    }
  }
}
