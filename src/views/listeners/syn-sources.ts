import { formatAddress, isMapped } from '../../filter/address.ts';
import type { SynSource, SynSources } from '../../panes/listeners/row.ts';
import type { SynCount, SynCounts, SynFeed } from './syn-feed.ts';

const MOST_SHOWN = 8;

/** Whom SYNs come from, while a SYN queue is high: else nothing of it is in the kernel. */
export class SynOrigins {
  private feed: SynFeed | null = null;
  private isOpened = false;
  private isCounting = false;
  /** As read in this tick; null: not yet. */
  private counts: ReadonlyMap<number, SynCounts> | null = null;

  /** `open`: loads what counts them; null: the kernel refuses it. */
  constructor(private readonly open: () => SynFeed | null) {}

  /** Once a tick. */
  tick(isHigh: boolean): void {
    this.counts = null;
    if (isHigh === this.isCounting) return;
    this.isCounting = isHigh;
    if (!isHigh) this.feed?.pause();
    else if (this.isOpened) this.feed?.start();
    else this.feed = this.open();
    this.isOpened ||= isHigh;
  }

  /** By the listener's cookie; null: none were counted. */
  of(cookie: number): SynSources | null {
    if (!this.isCounting || !this.feed) return null;
    this.counts ??= this.feed.read();
    const counts = this.counts.get(cookie);
    return counts ? toSources(counts) : null;
  }

  stop(): void {
    this.feed?.stop();
  }
}

function toSources({ syns, rest, addresses, networks }: SynCounts): SynSources {
  return {
    syns,
    rest,
    differentAddresses: addresses.length,
    onceOnly: addresses.reduce((sum, one) => sum + Number(one.syns === 1), 0),
    addresses: most(addresses).map(({ address, syns }) => ({ source: formatAddress(address), syns })),
    networks: most(networks).map(network),
  };
}

const most = (counts: readonly SynCount[]): SynCount[] =>
  [...counts].sort((a, b) => b.syns - a.syns).slice(0, MOST_SHOWN);

const network = ({ address, syns }: SynCount): SynSource => ({
  source: `${formatAddress(address)}/${isMapped(address) ? 24 : 64}`,
  syns,
});
