import { functionArguments, hasFunction, tracepointArguments } from '../../../native/kernel.ts';
import { withLog } from '../../../native/log.ts';
import { attachAll, loadObject } from '../objects.ts';
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

const tried = new Map<ProgramKind, string | null>();

/** Whether the kernel takes a program of that kind: null, or its reason. Tried once. */
export function tryKind(kind: ProgramKind): string | null {
  const known = tried.get(kind);
  if (known !== undefined) return known;
  const refusal = attempt(kind);
  tried.set(kind, refusal);
  return refusal;
}

/** Loads and attaches a program that does next to nothing. */
function attempt(kind: ProgramKind): string | null {
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

/** The program is loaded once for all: that takes longer than an attempt. */
function findSymbol(names: readonly string[]): string | null {
  const { object } = loadObject({ name: 'probe', programs: ['kprobe'], required: new Set(['kprobe']) });
  const stands = (symbol: string): boolean => {
    try {
      object.attachKprobe('kprobe', symbol, null).destroy();
      return true;
    } catch {
      return false;
    }
  };
  try {
    return withLog(
      () => {},
      false,
      () => names.find(stands) ?? null,
    );
  } finally {
    object.close();
  }
}

/** What the running kernel allows, found by trying; `refusal` tells of each kind what tryKind does. */
export function findAllowed(refusal: (kind: ProgramKind) => string | null = tryKind): Allowed {
  const kprobe = refusal('kprobe') === null;
  return {
    fentry: refusal('fentry') === null,
    kprobe,
    kprobeMulti: kprobe && refusal('multi') === null,
    attachCookies: !kprobe || refusal('attach_cookie') === null,
    hasFunction,
    firstSymbol: (names) => (kprobe ? findSymbol(names) : null),
    argumentsOf: functionArguments,
    hasTracepoint: (name) => tracepointArguments(name) !== null,
  };
}
