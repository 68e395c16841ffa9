import type { Btf } from '../../../native/btf.ts';
import { kernelBtf } from '../../../native/kernel-btf.ts';
import type { BpfMap } from '../../../native/map.ts';
import type { BpfObject, ReadOnlyWrite } from '../../../native/object.ts';
import type { Netfilter } from '../../model.ts';
import { sanitize } from '../../text.ts';
import { POINTS, type Point } from '../functions/points.ts';
import { offsets, readName } from '../wire.ts';
import type { PacketEvent } from './packet-event.ts';

/** Functions that return a verdict: enum verdict_function in bpf/netfilter.bpf.h. */
export const VERDICT_FUNCTIONS = ['nf_hook_slow', 'nft_do_chain', 'ipt_do_table', 'ip6t_do_table'] as const;
/** Calls under way, and chains, that the kernel keeps. */
const MOST_KEPT = 4096;

/** Names in struct chain. */
const NAME_BYTES = 32;

/** enum nf_place in bpf/events.h. */
const PLACES = [
  '',
  'prerouting',
  'input',
  'forward',
  'output',
  'postrouting',
  'ingress',
  'egress',
  'brouting',
];
/** enum nf_verdict in bpf/events.h. */
const VERDICTS = ['drop', 'accept', 'stolen', 'queue', 'repeat', 'stop'];

/** A chain of nftables, or a table of iptables, whose `chain` is ''. */
export interface Chain {
  table: string;
  chain: string;
}

/** Those that the running kernel has, as far as BTF tells: the programs need the types of their arguments. */
export function verdictPoints(): Point[] {
  return VERDICT_FUNCTIONS.filter((name) => kernelBtf()?.findFunction(name)).map((name) => ({
    function: name,
    called: null,
    traced: null,
    hasVerdict: true,
  }));
}

/** Before the load: room for calls under way, and what the programs are told, as bytes in .rodata. */
export function prepareVerdicts(object: BpfObject, btf: Btf, points: readonly Point[]): ReadOnlyWrite[] {
  if (!points.some(({ hasVerdict }) => hasVerdict)) return [];
  for (const map of ['held', 'chains']) object.setMaxEntries(map, MOST_KEPT);
  const numbers = VERDICT_FUNCTIONS.map((name) => points.findIndex((point) => point.function === name));
  return [
    {
      offset: btf.variable('.rodata', 'verdict_points'),
      bytes: new Uint8Array(Uint32Array.from(numbers, (index) => POINTS + index).buffer),
    },
    {
      offset: btf.variable('.rodata', 'has_table_first'),
      bytes: Uint8Array.of(
        VERDICT_FUNCTIONS.some((name) => kernelBtf()?.findFunction(name)?.skb === 2) ? 1 : 0,
      ),
    },
  ];
}

/** The names of chains by address, from struct chain in bpf/events.h. */
export class Chains {
  private readonly at: { table: number; name: number };

  constructor(
    private readonly map: BpfMap,
    btf: Btf,
  ) {
    this.at = offsets(btf, 'chain', { table: NAME_BYTES, name: NAME_BYTES });
  }

  /** null: it is not known. */
  get(address: bigint): Chain | null {
    const key = Buffer.alloc(8);
    key.writeBigUInt64LE(address);
    const found = address === 0n ? null : this.map.lookup(key);
    if (!found) return null;
    const view = new DataView(found.buffer, found.byteOffset, found.length);
    const text = (at: number) => sanitize(readName(view, at, NAME_BYTES));
    return { table: text(this.at.table), chain: text(this.at.name) };
  }
}

/** What netfilter says of a packet; null where its function is not netfilter's. */
export function netfilter(
  { nfHook, verdict, place }: PacketEvent,
  chainAt: (address: bigint) => Chain | null,
): Netfilter | null {
  if (nfHook === 0) return null;
  const hook = PLACES[nfHook] ?? String(nfHook);
  const known = chainAt(place);
  return {
    hook,
    table: known?.table ?? null,
    chain: known && (known.chain || hook.toUpperCase()), // a table's own chains have the hooks' names
    verdict: VERDICTS[verdict] ?? String(verdict),
  };
}
