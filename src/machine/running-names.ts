import { readFileSync } from 'node:fs';
import { sanitize } from '../text/text.ts';

/** A process changes its name when it executes another program. */
const REFRESH_NS = 1e9;
const MOST = 4096;

/** Names of the processes that happened to run, as /proc has them. */
export class RunningNames {
  private readonly known = new Map<number, { name: string | null; readNs: number }>();

  /** null when it is gone. */
  get(pid: number, nowNs: number): string | null {
    const known = this.known.get(pid);
    if (known && nowNs - known.readNs < REFRESH_NS) return known.name;
    const name = processName(pid) ?? known?.name ?? null; // its packets may be shown after its end
    if (this.known.size >= MOST) this.known.clear();
    this.known.set(pid, { name, readNs: nowNs });
    return name;
  }
}

/** null when there is no such process. */
export function processName(pid: number): string | null {
  try {
    return sanitize(readFileSync(`/proc/${pid}/comm`, 'utf8').trimEnd());
  } catch {
    return null;
  }
}
