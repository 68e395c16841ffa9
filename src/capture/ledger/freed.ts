import { TRAIT } from '../../abi/drop.ts';
import type { DropNames } from '../../machine/machine.ts';
import type { DropCount, DropKey } from '../records/drop-record.ts';

/** Where the last step of a handshake is freed that a listener has no room for: before Linux 6.14 without a reason. */
const OVERFLOWS = new Set(['TCP_LISTEN_OVERFLOW', 'NOT_SPECIFIED', null]);
const AT_LISTENER = /^(tcp_v[46]_(do_)?rcv|cookie_v[46]_check)\b/;

interface Sums {
  overflows: number;
  refused: number;
}

/** Of packets that were freed as dropped what others count too, by network namespace. */
export class Freed {
  private readonly sums = new Map<number, Sums>();

  constructor(private readonly names: Pick<DropNames, 'reason' | 'place'>) {}

  see({ netns, reason, place, traits }: DropKey, { count }: DropCount): void {
    if ((traits & (TRAIT.atListener | TRAIT.untracked)) === 0) return;
    const name = this.names.reason(reason);
    const sums = this.sums.get(netns) ?? { overflows: 0, refused: 0 };
    this.sums.set(netns, sums);
    if (traits & TRAIT.atListener && OVERFLOWS.has(name) && this.isAtListener(place)) sums.overflows += count;
    if (traits & TRAIT.untracked && name === 'NETFILTER_DROP') sums.refused += count;
  }

  /** Asked last: the first name of a place takes a tenth of a second, as the kernel's symbols are read for it. */
  private isAtListener(place: bigint): boolean {
    return AT_LISTENER.test(this.names.place(place) ?? '');
  }

  /** Steps of handshakes that a listener had no room for: they are in ListenOverflows and ListenDrops too. */
  overflows(netns: number): number {
    return this.sums.get(netns)?.overflows ?? 0;
  }

  /** What netfilter dropped without an entry of conntrack. */
  refused(netns: number): number {
    return this.sums.get(netns)?.refused ?? 0;
  }
}
