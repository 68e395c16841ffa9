import { createRequire } from 'node:module';
import { type DroppingRule, type RulePacket, unnamedRule } from '../../model/dropping-rule.ts';
import { evictOldest } from '../../model/oldest.ts';
import { sanitize } from '../../text/text.ts';
import type { Within } from '../interfaces.ts';
import { ruleByHandle } from './by-handle.ts';
import { droppingRule } from './dropping.ts';
import { type Ruleset, readRuleset } from './ruleset.ts';

/** A ruleset is asked for again when it is needed and so old. */
const OLD_NS = 10e9;
const NAMESPACES = 16;
const PACKETS = 256;
const OPTIONS = {
  timeout: 5000,
  maxBuffer: 8 << 20,
  env: { PATH: '/usr/sbin:/sbin:/usr/bin:/bin:/usr/local/sbin', LC_ALL: 'C' },
} as const;

interface Known {
  /** null: not read yet, or there is none. */
  ruleset: Ruleset | null;
  askedNs: number;
  isAsking: boolean;
  /** What was found of packets. */
  found: Map<string, DroppingRule | null>;
}

/** The rules of nftables, by network namespace, as nft lists them: asked for when a drop is shown, and never waited for. */
export class NftRulesets {
  private readonly known = new Map<number, Known>();
  /** There is no nft, or it may not be run. */
  private isAbsent = false;

  constructor(
    private readonly within: Within,
    private readonly nowNs: () => number,
  ) {}

  /** null: no rule can have dropped it, or the ruleset is not there yet. */
  of(packet: RulePacket): DroppingRule | null {
    const known = this.look(packet.netns);
    if (!known?.ruleset) return null;
    const key = JSON.stringify(packet);
    const found = known.found.get(key);
    if (found !== undefined) return found;
    const rule = droppingRule(known.ruleset, packet);
    known.found.set(key, rule && { ...rule, ...safe(rule) });
    evictOldest(known.found, PACKETS);
    return known.found.get(key) ?? null;
  }

  /** Of a packet that the kernel was seen to drop by it. */
  byHandle(netns: number, table: number, handle: number): DroppingRule {
    const ruleset = this.look(netns)?.ruleset;
    const found = ruleset && ruleByHandle(ruleset, table, handle);
    return found ? { ...found, ...safe(found) } : unnamedRule(handle);
  }

  private look(netns: number): Known | null {
    if (this.isAbsent) return null;
    const known = this.known.get(netns) ?? {
      ruleset: null,
      askedNs: Number.NEGATIVE_INFINITY,
      isAsking: false,
      found: new Map(),
    };
    this.known.set(netns, known);
    evictOldest(this.known, NAMESPACES);
    if (!known.isAsking && this.nowNs() - known.askedNs > OLD_NS) this.ask(netns, known);
    return known;
  }

  /** The commands are in the namespace in which they begin. */
  private ask(netns: number, known: Known): void {
    known.askedNs = this.nowNs();
    known.isAsking = true;
    const both = this.within(netns, () =>
      Promise.all([list('-j', '-a', 'list', 'ruleset'), list('-a', 'list', 'ruleset')]),
    );
    if (both === null) {
      known.isAsking = false;
      return;
    }
    both
      .then(([json, listing]) => {
        known.ruleset = readRuleset(json, listing);
        known.found.clear();
      })
      .catch((error: { code?: unknown }) => {
        this.isAbsent ||= error.code === 'ENOENT' || error.code === 'EACCES';
      })
      .finally(() => {
        known.isAsking = false;
      });
  }
}

function safe({ table, chain }: DroppingRule): Pick<DroppingRule, 'table' | 'chain'> {
  return { table: table && sanitize(table), chain: chain && sanitize(chain) };
}

/** Loaded with the first list, as most machines drop nothing; at once, as the thread is in a network namespace now. */
const childProcess = (): typeof import('node:child_process') =>
  createRequire(import.meta.url)('node:child_process');

function list(...args: string[]): Promise<string> {
  const { execFile } = childProcess();
  return new Promise((resolve, reject) => {
    execFile('nft', args, OPTIONS, (error, text) => (error ? reject(error) : resolve(text)));
  });
}
