import { formatBytes, formatDuration, type Units } from '../text/format.ts';
import type { SeenConnection } from './collection.ts';
import { isIdle } from './destinations.ts';
import { beganUs, farEnd } from './steps.ts';

/** What is silent for less is no news. */
const SILENT_US = 3e6;
const WAITING_US = 1e6;

/** How a run stands while it goes on, in one line. */
export class Standing {
  private bytes = 0;
  private movedUs: number | null = null;

  /** `name`: of the command, safe to print. */
  constructor(
    private readonly name: string,
    private readonly units: Units,
  ) {}

  /**
   * Such as "npm: 12 connections, 3 open, sent 4.1 kB, received 2.0 MB, connecting to registry.example:443 for 5s". `atUs`:
   * when they were looked at last, microseconds since the epoch.
   */
  line(seen: readonly SeenConnection[], atUs: number): string {
    const connections = seen.filter(({ row }) => !isIdle(row));
    const sum = (of: 'txBytes' | 'rxBytes') => connections.reduce((all, { row }) => all + (row[of] ?? 0), 0);
    const [txBytes, rxBytes] = [sum('txBytes'), sum('rxBytes')];
    if (this.movedUs === null || txBytes + rxBytes !== this.bytes) this.movedUs = atUs;
    this.bytes = txBytes + rxBytes;
    const open = connections.filter(({ row }) => row.ending === null).length;
    const many = connections.length === 1 ? '1 connection' : `${connections.length} connections`;
    const silentUs = atUs - this.movedUs;
    const parts = [
      many,
      ...(open > 0 && open < connections.length ? [`${open} open`] : []),
      `sent ${formatBytes(txBytes, this.units)}`,
      `received ${formatBytes(rxBytes, this.units)}`,
      ...connecting(connections, atUs),
      ...(open > 0 && silentUs >= SILENT_US ? [`nothing moved for ${formatDuration(silentUs / 1e6)}`] : []),
    ];
    return `${this.name}: ${parts.join(', ')}`;
  }
}

/** The connection that is waited for longest. */
function connecting(connections: readonly SeenConnection[], atUs: number): string[] {
  let label = '';
  let sinceUs = atUs - WAITING_US;
  for (const seen of connections) {
    const { row } = seen;
    const fromUs = row.state === 'SYN_SENT' && row.ending === null ? beganUs(seen) : null;
    if (fromUs === null || fromUs > sinceUs) continue;
    sinceUs = fromUs;
    label = farEnd(row);
  }
  return label === '' ? [] : [`connecting to ${label} for ${formatDuration((atUs - sinceUs) / 1e6)}`];
}
