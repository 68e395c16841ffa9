import { functionArguments, hasFunction, tracepointArguments } from '../../native/kernel.ts';
import { withLog } from '../../native/log.ts';
import { attachAll, loadObject } from './objects.ts';
import type { Allowed } from './plan.ts';

/** Kinds of program, by the name that bpf/probe.bpf.c gives them. */
export type ProgramKind =
  | 'tracepoint'
  | 'fentry'
  | 'kprobe'
  | 'multi'
  | 'iterator'
  | 'cookie'
  | 'attach_cookie';

const PROBED = 'ip_output';

/** Loads and attaches a program that does next to nothing; null when the kernel took it, else its reason. */
export function tryKind(kind: ProgramKind): string | null {
  try {
    const loaded = loadObject({ name: 'probe', programs: [kind], required: new Set([kind]) });
    try {
      if (kind === 'iterator') loaded.object.attachIterator(kind).destroy();
      else if (kind === 'multi')
        loaded.object.attachKprobeMulti(kind, [{ name: PROBED, cookie: 0 }]).destroy();
      else for (const link of attachAll(loaded, [kind]).values()) link.destroy();
      return loaded.refused.get(kind) ?? null;
    } finally {
      loaded.object.close();
    }
  } catch (error) {
    return (error as Error).message;
  }
}

function tryKprobe(symbol: string): boolean {
  const loaded = loadObject({ name: 'probe', programs: ['kprobe'], required: new Set(['kprobe']) });
  try {
    withLog(
      () => {},
      false,
      () => loaded.object.attachKprobe('kprobe', symbol, null).destroy(),
    );
    return true;
  } catch {
    return false;
  } finally {
    loaded.object.close();
  }
}

/** What the running kernel allows, found by trying. */
export function findAllowed(): Allowed {
  const kprobe = tryKind('kprobe') === null;
  return {
    fentry: tryKind('fentry') === null,
    kprobe,
    kprobeMulti: kprobe && tryKind('multi') === null,
    attachCookies: !kprobe || tryKind('attach_cookie') === null,
    hasFunction,
    hasSymbol: (name) => kprobe && tryKprobe(name),
    argumentsOf: functionArguments,
    hasTracepoint: (name) => tracepointArguments(name) !== null,
  };
}
