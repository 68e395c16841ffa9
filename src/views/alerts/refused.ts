import type { Refusal } from '../../capture/records/refusal.ts';
import { formatAddress } from '../../filter/address.ts';
import { PROTOCOLS } from '../../filter/words.ts';
import type { Refused } from '../../model/alerts/look.ts';
import type { AlertFeed } from './alert-feed.ts';

/** Of one drain: more is read at the next one. */
const MOST_AT_ONCE = 5000;
/** In a second. Behind spoofed addresses there are ever more. */
const MOST_SOURCES = 2048;
const MOST_PORTS = 4096;
/** A datagram from a port below to one above is an answer that nobody waits for any more, such as one of DNS. */
const SERVICES_BELOW = 1024;
const BY_RULE = 'NETFILTER_DROP';

interface Source extends Refused {
  ports: Map<number, number>;
}

/** Refused packets by who sent them, from look to look. */
export class RefusedSources {
  private sources = new Map<string, Source>();
  private left = 0;
  private lostBefore: number | null = null;

  constructor(
    private readonly feed: Pick<AlertFeed, 'refusals' | 'lostRefusals'>,
    private readonly reasonName: (reason: number) => string | null,
  ) {}

  drain(): void {
    this.feed.refusals((refusal) => this.add(refusal), MOST_AT_ONCE);
  }

  /** Since the last call, with how many are in none of them. */
  take(): { refused: Refused[]; lost: number } {
    this.drain();
    const ever = this.feed.lostRefusals();
    const lost = this.left + ever - (this.lostBefore ?? ever);
    const refused = [...this.sources.values()];
    this.sources = new Map();
    this.left = 0;
    this.lostBefore = ever;
    return { refused, lost };
  }

  private add({ netns, source, destination, reason, sourcePort, destinationPort, protocol }: Refusal): void {
    const isAnswer = sourcePort < SERVICES_BELOW && destinationPort >= SERVICES_BELOW;
    if (protocol === PROTOCOLS.udp && isAnswer) return;
    const found = this.sourceOf(netns, formatAddress(source), formatAddress(destination));
    if (!found) {
      this.left++;
      return;
    }
    found.packets++;
    if (this.reasonName(reason) === BY_RULE) found.byRules++;
    const before = found.ports.get(destinationPort);
    if (before !== undefined || found.ports.size < MOST_PORTS)
      found.ports.set(destinationPort, (before ?? 0) + 1);
  }

  /** null: there are too many. */
  private sourceOf(netns: number, source: string, destination: string): Source | null {
    const key = `${netns} ${source}`;
    const known = this.sources.get(key);
    if (known) {
      if (known.destination !== destination) known.destination = null;
      return known;
    }
    if (this.sources.size >= MOST_SOURCES) return null;
    const made = { netns, source, destination, packets: 0, byRules: 0, ports: new Map<number, number>() };
    this.sources.set(key, made);
    return made;
  }
}
