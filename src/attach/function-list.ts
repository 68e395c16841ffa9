import { FIXED } from '../abi/points.ts';
import { CaptureError, UsageError } from '../errors.ts';
import type { Symbols } from '../machine/symbols.ts';
import type { FunctionRow } from '../model/function.ts';
import type { Attach, Hook } from '../model/model.ts';
import { knownFunctions, type MatchedFunction, matchFunctions } from './functions.ts';
import { TRACE_POINTS } from './points.ts';
import type { RunningKernel } from './running-kernel.ts';

/**
 * The running kernel's functions of that name, and a line on why nothing can be attached to them where that
 * is so. Throws a UsageError where there are none, a CaptureError on a kernel without BTF.
 */
export function listFunctions(
  glob: string,
  attach: Attach,
  kernel: RunningKernel,
  symbols: () => Symbols,
): { rows: FunctionRow[]; note: string | null } {
  const btf = kernel.types.btf();
  if (!btf)
    throw new CaptureError(
      'the kernel does not describe its functions',
      'use one with CONFIG_DEBUG_INFO_BTF=y',
    );
  const matched = matchFunctions([glob], knownFunctions(btf, symbols()));
  if (matched.length === 0) throw new UsageError(`no function with a packet is called ${glob}`);
  const ways = findWays(attach, kernel);
  return { rows: functionRows(matched, ways), note: ways.hooks.length > 0 ? null : refusedNote(kernel) };
}

function refusedNote(kernel: RunningKernel): string {
  return `this kernel lets no function be traced by its name (${kernel.refusal('kprobe')}); see nettop doctor`;
}

/** Ways to attach to functions here. */
export interface Ways {
  /** Those by a function's name, best first; none where the kernel lets no function be traced so. */
  hooks: readonly Hook[];
  /** Tracepoints by the function in whose body they are. */
  tracepoints: ReadonlyMap<string, string>;
}

/** What the kernel allows, of the kinds that the user wants. */
function findWays(attach: Attach, kernel: RunningKernel): Ways {
  const wanted = (hook: Hook): boolean => attach === 'auto' || attach === hook;
  const allowed = kernel.allowed();
  const kinds = { fentry: allowed.fentry, 'kprobe-multi': allowed.kprobeMulti, kprobe: allowed.kprobe };
  const hooks = (['fentry', 'kprobe-multi', 'kprobe'] as const).filter((hook) => wanted(hook) && kinds[hook]);
  return { hooks, tracepoints: wanted('tracepoint') ? tracepoints() : new Map() };
}

function tracepoints(): Map<string, string> {
  return new Map(
    TRACE_POINTS.flatMap(({ traced }) => (traced ? [[FIXED[traced.point] ?? '', traced.tracepoint]] : [])),
  );
}

/** Each function with the best way to attach to it; programs on fentry do not reach modules. */
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
