import { kernelBtf } from '../../native/kernel-btf.ts';
import { CaptureError, UsageError } from '../errors.ts';
import type { FunctionRow } from '../model/function.ts';
import type { Attach, Hook } from '../model/model.ts';
import { findAllowed, tryKind } from './allowed.ts';
import { type MatchedFunction, matchFunctions } from './functions.ts';
import { FIXED, TRACE_POINTS } from './points.ts';

/**
 * The running kernel's functions of that name, and a line on why nothing can be attached to them where that
 * is so. Throws a UsageError where there are none, a CaptureError on a kernel without BTF.
 */
export function listFunctions(glob: string, attach: Attach): { rows: FunctionRow[]; note: string | null } {
  if (!kernelBtf())
    throw new CaptureError(
      'the kernel does not describe its functions',
      'use one with CONFIG_DEBUG_INFO_BTF=y',
    );
  const matched = matchFunctions([glob]);
  if (matched.length === 0) throw new UsageError(`no function with a packet is called ${glob}`);
  const ways = findWays(attach);
  return { rows: functionRows(matched, ways), note: ways.hooks.length > 0 ? null : refusedNote() };
}

function refusedNote(): string {
  return `this kernel lets no function be traced by its name (${tryKind('kprobe')}); see nettop doctor`;
}

/** Ways to stand on functions here. */
export interface Ways {
  /** Those by a function's name, best first; none where the kernel lets no function be traced so. */
  hooks: readonly Hook[];
  /** Tracepoints by the function in whose body they stand. */
  tracepoints: ReadonlyMap<string, string>;
}

/** What the kernel allows, of the kinds that the user wants. */
function findWays(attach: Attach): Ways {
  const wanted = (hook: Hook): boolean => attach === 'auto' || attach === hook;
  const allowed = findAllowed();
  const kinds = { fentry: allowed.fentry, 'kprobe-multi': allowed.kprobeMulti, kprobe: allowed.kprobe };
  const hooks = (['fentry', 'kprobe-multi', 'kprobe'] as const).filter((hook) => wanted(hook) && kinds[hook]);
  return { hooks, tracepoints: wanted('tracepoint') ? tracepoints() : new Map() };
}

function tracepoints(): Map<string, string> {
  return new Map(
    TRACE_POINTS.flatMap(({ traced }) => (traced ? [[FIXED[traced.point] ?? '', traced.tracepoint]] : [])),
  );
}

/** Each function with the best way to stand on it; programs on fentry do not reach modules. */
export function functionRows(
  matched: readonly MatchedFunction[],
  { hooks, tracepoints }: Ways,
): FunctionRow[] {
  return matched.map(({ name, module, skb, arguments: count, refusal }) => {
    const called = refusal === null ? hooks.find((hook) => module === null || hook !== 'fentry') : undefined;
    const tracepoint = called ? null : (tracepoints.get(name) ?? null);
    const rung = called ?? (tracepoint ? 'tracepoint' : null);
    return {
      function: name,
      module,
      skbArgument: skb,
      arguments: count,
      rung,
      tracepoint,
      reason: rung ? null : refusal,
    };
  });
}
