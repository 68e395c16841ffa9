import type { KernelTypes } from '../../native/kernel.ts';
import { libc } from '../../native/libc.ts';
import { withLog } from '../../native/log.ts';
import type { BpfObject } from '../../native/object.ts';
import { attachTracing, type TracingProgram } from '../../native/tracing.ts';
import { attachUprobe } from '../../native/uprobe.ts';
import { attachAll, loadObject, objectFile } from './objects.ts';
import type { Allowed } from './plan.ts';

/** Kinds of program. */
export type ProgramKind =
  | 'tracepoint'
  | 'fentry'
  | 'kprobe'
  | 'multi'
  | 'iterator'
  | 'cookie'
  | 'attach_cookie'
  | 'uprobe';

const PROBED = 'ip_output';
const PROBED_TRACEPOINT = 'inet_sock_set_state';

/** r0 = 0; exit. */
const NOTHING = 'b700000000000000 9500000000000000';
/** r1 = *(u64 *)(r1 + 0), the socket; call bpf_get_socket_cookie: whether tracing programs may ask that. */
const COOKIE = `7911000000000000 850000002e000000 ${NOTHING}`;

type Probe = Pick<TracingProgram, 'on'> & { instructions: string };

/** Those of one or two instructions. The others are programs in bpf/probe/probe.bpf.c of the same name. */
const TRACING: Partial<Record<ProgramKind, Probe>> = {
  tracepoint: { on: 'tracepoint', instructions: NOTHING },
  cookie: { on: 'tracepoint', instructions: COOKIE },
  fentry: { on: 'fentry', instructions: NOTHING },
};

/** Loads and attaches a program of that kind, which does next to nothing: null, or why the kernel refuses it. */
export function attemptKind(kind: ProgramKind, types: KernelTypes): string | null {
  const tracing = TRACING[kind];
  try {
    if (tracing) {
      attemptTracing(kind, types, tracing);
      return null;
    }
    const loaded = loadObject({ name: 'probe', programs: [kind], required: new Set([kind]) });
    try {
      if (kind === 'iterator') loaded.object.attachIterator(kind).destroy();
      else if (kind === 'multi')
        loaded.object.attachKprobeMulti(kind, [{ name: PROBED, cookie: 0 }]).destroy();
      else if (kind === 'uprobe') attemptUprobe(loaded.object, kind);
      else for (const link of attachAll(loaded, [kind]).values()) link.destroy();
      return loaded.refused.get(kind) ?? null;
    } finally {
      loaded.object.close();
    }
  } catch (error) {
    return (error as Error).message;
  }
}

/** On a file that no program has in its memory. */
function attemptUprobe(object: BpfObject, program: string): void {
  const file = objectFile('probe');
  attachUprobe(object, program, { file, offset: 0, atReturn: false, pid: null }).destroy();
}

function attemptTracing(name: string, types: KernelTypes, { on, instructions }: Probe): void {
  const probed = on === 'fentry' ? PROBED : PROBED_TRACEPOINT;
  const typeNumber = on === 'fentry' ? types.functionNumber(probed) : types.tracepointNumber(probed);
  if (typeNumber === null) throw new Error(`${name}: the kernel's BTF has no ${probed}`);
  const bytes = Buffer.from(instructions.replaceAll(' ', ''), 'hex');
  const { program, link } = attachTracing({ name, license: 'GPL', instructions: bytes, on, typeNumber });
  libc().close(link);
  libc().close(program);
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

/** What the running kernel allows; `refusal` says of each kind what attemptKind does. */
export function findAllowed(types: KernelTypes, refusal: (kind: ProgramKind) => string | null): Allowed {
  const kprobe = refusal('kprobe') === null;
  return {
    fentry: refusal('fentry') === null,
    kprobe,
    kprobeMulti: kprobe && refusal('multi') === null,
    attachCookies: !kprobe || refusal('attach_cookie') === null,
    hasFunction: (name) => types.hasFunction(name),
    firstSymbol: (names) => (kprobe ? findSymbol(names) : null),
    argumentsOf: (name) => types.functionArguments(name),
    hasTracepoint: (name) => types.tracepointArguments(name) !== null,
  };
}
