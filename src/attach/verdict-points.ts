import type { KernelTypes } from '../../native/kernel.ts';
import type { KernelBtf } from '../../native/kernel-btf.ts';
import type { Knobs } from '../../native/knobs.ts';
import type { BpfObject } from '../../native/object.ts';
import { hasTableFirst } from './kernel-differences.ts';
import { POINTS, type Point } from './points.ts';

/** Functions that return a verdict: enum verdict_function in bpf/trace/netfilter.bpf.c. */
export const VERDICT_FUNCTIONS = ['nf_hook_slow', 'nft_do_chain', 'ipt_do_table', 'ip6t_do_table'] as const;
/** Calls under way, and chains, that the kernel keeps. */
const MOST_KEPT = 4096;

/** Those that the running kernel has, as far as BTF tells: the programs need the types of their arguments. */
export function verdictPoints(btf: KernelBtf): Point[] {
  return VERDICT_FUNCTIONS.filter((name) => btf.findFunction(name)).map((name) => ({
    function: name,
    called: null,
    traced: null,
    hasVerdict: true,
  }));
}

/** Before the load: room for calls under way, and what the programs are told. */
export function prepareVerdicts(object: BpfObject, points: readonly Point[], types: KernelTypes): Knobs {
  if (!points.some(({ hasVerdict }) => hasVerdict)) return {};
  for (const map of ['held', 'chains']) object.setMaxEntries(map, MOST_KEPT);
  const indexOf = (name: string) => points.findIndex((point) => point.function === name);
  return {
    verdict_points: VERDICT_FUNCTIONS.map((name) => POINTS + indexOf(name)),
    has_table_first: hasTableFirst(types, VERDICT_FUNCTIONS),
  };
}
