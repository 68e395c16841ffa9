import type { Btf } from '../../native/btf.ts';
import { kernelBtf } from '../../native/kernel-btf.ts';
import type { BpfObject, ReadOnlyWrite } from '../../native/object.ts';
import { POINTS, type Point } from './points.ts';

/** Functions that return a verdict: enum verdict_function in bpf/trace/netfilter.bpf.c. */
export const VERDICT_FUNCTIONS = ['nf_hook_slow', 'nft_do_chain', 'ipt_do_table', 'ip6t_do_table'] as const;
/** Calls under way, and chains, that the kernel keeps. */
const MOST_KEPT = 4096;

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
