import type { Process } from '../../capture/ledger/process.ts';
import { OTHER } from '../../model/metrics/metric.ts';
import type { Roster } from './roster.ts';
import type { Sums } from './sums.ts';

/** Bytes of both directions. */
export interface Moved {
  rx: number;
  tx: number;
}

/** What the bytes of processes are divided by, such as their names. */
export interface Spreading {
  received: Sums;
  transmitted: Sums;
  roster: Roster;
  /** null: not known yet; its bytes wait. */
  nameOf(process: Process): string | null;
}

/**
 * Divides bytes of processes among names. All series together never fall, and are the whole: what a process moved
 * that was forgotten since, or whose name is not known, goes to the others.
 */
export class Spread {
  private readonly told = new WeakMap<Process, Moved>();
  private readonly named: Moved = { rx: 0, tx: 0 };
  private readonly others: Moved = { rx: 0, tx: 0 };

  constructor(private readonly by: Spreading) {}

  /** `whole`: what all processes moved, those too that were forgotten. */
  tick(processes: Iterable<Process>, whole: Moved): void {
    const { received, transmitted } = this.by;
    const waiting: Moved = { rx: 0, tx: 0 };
    for (const process of processes) this.take(process, waiting);
    const rest = (way: keyof Moved) => {
      const more = whole[way] - this.named[way] - waiting[way] - this.others[way];
      // below 0: what a process was given on a guess was taken back; its next bytes make up for it
      this.others[way] += Math.max(0, more);
      return Math.max(0, more);
    };
    received.add([OTHER], rest('rx'));
    transmitted.add([OTHER], rest('tx'));
  }

  private take(process: Process, waiting: Moved): void {
    const { by, named } = this;
    const { rxBytes, txBytes } = process;
    const told = this.told.get(process) ?? { rx: 0, tx: 0 };
    const rx = Math.max(0, rxBytes - told.rx);
    const tx = Math.max(0, txBytes - told.tx);
    const isOpen = process.sockets.size > 0;
    if (rx + tx === 0 && !isOpen) return;
    const name = by.nameOf(process);
    if (name === null) {
      waiting.rx += rx;
      waiting.tx += tx;
      return;
    }
    if (rx + tx === 0) {
      by.roster.keep(name);
      return;
    }
    const label = by.roster.label(name, rx + tx);
    told.rx += rx;
    told.tx += tx;
    this.told.set(process, told);
    if (label === OTHER) return; // what no name has goes there
    named.rx += rx;
    named.tx += tx;
    by.received.add([label], rx);
    by.transmitted.add([label], tx);
  }
}
