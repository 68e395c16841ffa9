import { COUNT_RECEIVE, COUNT_TRANSMIT, FIXED } from '../abi/points.ts';
import type { Attach, Hook, PointStatus } from '../model/model.ts';
import { POINTS, type Point } from './points.ts';

/** What the running kernel allows. */
export interface Allowed {
  fentry: boolean;
  kprobe: boolean;
  kprobeMulti: boolean;
  /** A kprobe knows for which function it was attached. */
  attachCookies: boolean;
  hasFunction(name: string): boolean;
  /** The first of these symbols that a kprobe attaches to: one that the kernel does not describe is enough. */
  firstSymbol(names: readonly string[]): string | null;
  /** Arguments of a function that the kernel describes. */
  argumentsOf(name: string): number;
  hasTracepoint(name: string): boolean;
}

/** A way to attach to a function. */
export interface Rung {
  hook: Hook;
  /** In bpf/trace/trace.bpf.c. */
  program: string;
  /** What runs when the function returns. */
  exit?: string;
}

/** A point, and how the trace attaches to it. */
export interface Attachment {
  point: Point;
  /** Number that its events carry. */
  number: number;
  /** null: no rung reaches the function. */
  rung: Rung | null;
}

/**
 * More functions than that are attached to by one program for all, where the kernel has that: a program
 * on fentry costs less at each packet, and milliseconds to load.
 */
export const MANY = 32;
const FEW_FIRST: readonly Hook[] = ['fentry', 'kprobe-multi', 'kprobe'];
const MANY_FIRST: readonly Hook[] = ['kprobe-multi', 'kprobe', 'fentry'];
const PREFIX = { fentry: 'fentry', 'kprobe-multi': 'multi', kprobe: 'kprobe' } as const;

/** By what a link and a refusal are remembered: two points may have one tracepoint. */
export function attachmentKey(point: Point, hook: Hook): string {
  return hook === 'tracepoint' ? (point.traced?.program ?? '') : `${hook} ${point.function}`;
}

/** The best rung of each point that the user and the kernel allow and that was not refused. */
export function plan(
  points: readonly Point[],
  allowed: Allowed,
  refused: ReadonlySet<string>,
  attach: Attach,
): Attachment[] {
  const order = points.filter(({ called }) => called).length > MANY ? MANY_FIRST : FEW_FIRST;
  const hooks = (point: Point): Hook[] =>
    point.tracepointFirst ? ['tracepoint', ...order] : [...order, 'tracepoint'];
  return points.map((point, index) => {
    const hook = hooks(point).find(
      (hook) =>
        isWanted(point, hook, attach) &&
        !refused.has(attachmentKey(point, hook)) &&
        reaches(point, hook, allowed),
    );
    return {
      point,
      number: hook === 'tracepoint' ? (point.traced?.point ?? 0) : POINTS + index,
      rung: hook ? rungOn(point, hook) : null,
    };
  });
}

/**
 * The user's choice is between ways to be called by a function; where there is none, or the tracepoint
 * sees more, it stays the tracepoint, and a symbol that the kernel does not describe stays a kprobe.
 * kprobe-multi knows entries only: a function that has a verdict has kprobes instead.
 */
function isWanted(point: Point, hook: Hook, attach: Attach): boolean {
  const { called, tracepointFirst, symbol, hasVerdict } = point;
  if (attach === 'auto' || attach === hook) return true;
  if (attach === 'tracepoint') return false;
  return hook === 'tracepoint'
    ? !called || tracepointFirst === true
    : hook === 'kprobe' && (symbol !== undefined || (hasVerdict === true && attach === 'kprobe-multi'));
}

function reaches(
  { called, traced, function: name, inModule = false, symbol, hasVerdict = false }: Point,
  hook: Hook,
  allowed: Allowed,
): boolean {
  if (hasVerdict) return (hook === 'fentry' || hook === 'kprobe') && allowed[hook];
  if (hook === 'tracepoint')
    return (
      traced !== null && allowed.hasTracepoint(traced.tracepoint.slice(traced.tracepoint.indexOf(':') + 1))
    );
  const isAllowed = { fentry: allowed.fentry, kprobe: allowed.kprobe, 'kprobe-multi': allowed.kprobeMulti };
  if (!called || !isAllowed[hook]) return false;
  return (
    (hook !== 'fentry' && (inModule || symbol !== undefined)) ||
    (!inModule && allowed.hasFunction(symbol ?? name))
  );
}

function rungOn({ function: name, called, traced, hasVerdict }: Point, hook: Hook): Rung {
  if (hook === 'tracepoint') return { hook, program: traced?.program ?? '' };
  if (hasVerdict)
    return { hook, program: `${hook}_${name}`, exit: `${hook === 'fentry' ? 'fexit' : 'kretprobe'}_${name}` };
  return { hook, program: `${PREFIX[hook]}_${called?.skb || 'sock'}` };
}

export function programsOf(rung: Rung | null): string[] {
  if (!rung) return [];
  return rung.exit ? [rung.program, rung.exit] : [rung.program];
}

/** Names of the programs that the attachments need, each once. */
export function programs(attachments: readonly Attachment[]): string[] {
  return [...new Set(attachments.flatMap(({ rung }) => programsOf(rung)))];
}

function counter(program: string, tracepoint: string, number: number): Attachment {
  const point = { function: program, called: null, traced: { tracepoint, program, point: number } };
  return { point, number, rung: { hook: 'tracepoint', program } };
}

/** Instead of the trace while it is frozen. */
export const COUNTERS: readonly Attachment[] = [
  counter('count_receive', 'net:netif_receive_skb', COUNT_RECEIVE),
  counter('count_transmit', 'net:net_dev_queue', COUNT_TRANSMIT),
];

/** `refused`: those that the kernel refused, by attachmentKey. */
export function statuses(
  attachments: readonly Attachment[],
  refused: ReadonlyMap<string, string> = new Map(),
): PointStatus[] {
  return attachments.map(({ point, rung, number }) => {
    const made = rung && !refused.has(attachmentKey(point, rung.hook)) ? rung : null;
    return {
      function: point.function,
      hook: made?.hook ?? null,
      tracepoint: made?.hook === 'tracepoint' ? (point.traced?.tracepoint ?? null) : null,
      shownAs: made ? (FIXED[number] ?? point.function) : point.function,
      symbol: made && made.hook !== 'tracepoint' ? (point.symbol ?? null) : null,
    };
  });
}
