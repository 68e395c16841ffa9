import { Resolver } from 'node:dns/promises';
import { isMapped, parseAddress } from '../filter/address.ts';
import type { Words } from '../filter/words.ts';
import type { HostNames as Which } from '../model/names.ts';
import { evictOldest } from '../model/oldest.ts';
import { isHostName } from '../text/host-name.ts';
import { isPublic, isUnspecified } from './address-scope.ts';

const AT_ONCE = 8;
const KEPT = 4096;
/** The resolver does not tell how long an answer holds (RFC 1035 section 3.2.1): these are nettop's. */
const NAMED_NS = 600e9;
const NAMELESS_NS = 300e9;
const FAILED_NS = 30e9;
const TIMEOUT_MS = 2000;
const TRIES = 2;
/** DNS says that there is no name. */
const NAMELESS = new Set(['ENOTFOUND', 'ENODATA']);
/** Nobody answered at all. */
const UNANSWERED = new Set(['ETIMEOUT', 'ECONNREFUSED']);

interface Known {
  name: string | null;
  untilNs: number;
}

export interface HostNamesOptions {
  nowNs: () => number;
  /** Servers to ask; absent: those of the machine. */
  servers?: readonly string[];
}

/**
 * Names of addresses by reverse DNS, as they come: nothing waits for them. Only addresses that are wanted now
 * are asked for, so that what is not on screen any more costs nothing.
 */
export class HostNames {
  /** A name came, or did not, since this was last set to false. */
  changed = false;
  /** Why there was no answer yet, since asking began; null: there was one. */
  trouble: string | null = null;
  private answered = false;
  private resolver: Resolver | null = null;
  /** In the order of their last use. */
  private readonly known = new Map<string, Known>();
  private readonly asking = new Set<string>();
  private wanted: string[] = [];

  constructor(private readonly options: HostNamesOptions) {}

  /** The names that are known of some addresses; the others are asked for. */
  of(addresses: ReadonlySet<string>, which: Which): Record<string, string> {
    const names: [address: string, name: string][] = [];
    this.wanted = [];
    for (const address of addresses) {
      if (!isAllowed(address, which)) continue;
      const known = this.use(address);
      if (known?.name) names.push([address, known.name]);
      const isOld = !known || known.untilNs < this.options.nowNs();
      if (isOld && !this.asking.has(address)) this.wanted.push(address);
    }
    this.askMore();
    return Object.fromEntries(names);
  }

  /** Nothing is asked any more, until names are wanted again. */
  stop(): void {
    this.wanted = [];
    this.changed = false;
    this.trouble = null;
    this.answered = false;
    this.resolver?.cancel();
    this.resolver = null; // the machine's servers may be others by then
  }

  private use(address: string): Known | undefined {
    const known = this.known.get(address);
    if (known === undefined) return undefined;
    this.known.delete(address);
    this.known.set(address, known);
    return known;
  }

  private askMore(): void {
    while (this.asking.size < AT_ONCE) {
      const address = this.wanted.shift();
      if (address === undefined) return;
      void this.ask(address);
    }
  }

  private async ask(address: string): Promise<void> {
    const resolver = this.open();
    this.asking.add(address);
    try {
      // Not reverse(), which reads the whole of /etc/hosts first, in this thread.
      const names = await resolver.resolvePtr(reverseName(address));
      this.heard();
      this.keep(address, names.find(isHostName) ?? null, NAMED_NS);
    } catch (error) {
      if (resolver === this.resolver) this.failed(address, (error as NodeJS.ErrnoException).code ?? '');
    } finally {
      this.asking.delete(address);
      this.askMore();
    }
  }

  private failed(address: string, code: string): void {
    if (!UNANSWERED.has(code)) this.heard();
    else if (!this.answered) this.trouble = code;
    this.keep(address, null, NAMELESS.has(code) ? NAMELESS_NS : FAILED_NS);
  }

  private heard(): void {
    this.answered = true;
    this.trouble = null;
  }

  private open(): Resolver {
    if (this.resolver) return this.resolver;
    const { servers } = this.options;
    this.resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
    if (servers) this.resolver.setServers(servers);
    return this.resolver;
  }

  private keep(address: string, name: string | null, forNs: number): void {
    this.known.delete(address);
    this.known.set(address, { name, untilNs: this.options.nowNs() + forNs });
    this.changed = true;
    evictOldest(this.known, KEPT);
  }
}

function isAllowed(address: string, which: Which): boolean {
  const words = parseAddress(address);
  if (words === null || which === 'off' || isUnspecified(words)) return false;
  return which === 'all' || isPublic(words);
}

/** RFC 1035 section 3.5, RFC 3596 section 2.5. */
export function reverseName(address: string): string {
  const words = parseAddress(address) ?? [0, 0, 0, 0];
  if (isMapped(words)) return `${bytesOf(words, 8).slice(-4).reverse().join('.')}.in-addr.arpa`;
  const digits = bytesOf(words, 4).map((digit) => digit.toString(16));
  return `${digits.reverse().join('.')}.ip6.arpa`;
}

/** The address in pieces of so many bits. */
function bytesOf(words: Words, bits: number): number[] {
  const pieces = Array.from({ length: 32 / bits }, (_, at) => 32 - bits * (at + 1));
  return [0, 1, 2, 3].flatMap((index) =>
    pieces.map((shift) => ((words[index] ?? 0) >>> shift) & (2 ** bits - 1)),
  );
}
