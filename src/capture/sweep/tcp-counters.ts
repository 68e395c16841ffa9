const PATHS = ['sockstat', 'sockstat6', 'snmp'].map((name) => `/proc/thread-self/net/${name}`);
/** Of the TCP sockets how many there are, of segments how many came and went. */
const COUNTERS = /^TCP6?: inuse \d+(?: orphan \d+ tw \d+)?|^Tcp: \d.*/gm;
const NO_SOCKETS = /^TCP: inuse 0 orphan \d+ tw 0\n(?!TCP6: inuse [1-9])/;

/**
 * Whether to go through the TCP sockets of a network namespace can show anything new. The kernel's counters take a
 * tenth of a millisecond; the sockets take some milliseconds, as they are in a table that all namespaces share.
 */
export class TcpCounters {
  private before = '';
  private now = '';
  private goneThroughNs = 0;
  private isAtRest = false;

  /**
   * `latestNs`: what no segment tells of is seen so late at most, as when a process reads what came long ago or takes
   * what waits for accept().
   */
  constructor(private readonly latestNs: number) {}

  /** Call once before they may be gone through. `read`: a file of the namespace; null: it is not there. */
  isStill(nowNs: number, read: (path: string) => string | null): boolean {
    const text = PATHS.map((path) => read(path) ?? '').join('');
    this.now = (text.match(COUNTERS) ?? []).join('\n');
    if (NO_SOCKETS.test(this.now) && (this.before === '' || NO_SOCKETS.test(this.before))) return true;
    return this.isAtRest && this.now === this.before && nowNs - this.goneThroughNs < this.latestNs;
  }

  /** When they were gone through: whether that showed anything that is new or changed. */
  goneThrough(nowNs: number, moved: boolean): void {
    [this.before, this.goneThroughNs, this.isAtRest] = [this.now, nowNs, !moved];
  }
}
