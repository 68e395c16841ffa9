import koffi from 'koffi';
import { KIND } from './btf-kinds.ts';
import { structOf } from './codec.ts';
import { u64Exact as pointer, u32, u64 } from './fields.ts';
import type { KernelTypes } from './kernel.ts';
import { libbpf, type Pointer } from './libbpf.ts';

/**
 * How programs on tracepoints and iterators are loaded. libbpf by itself reads all of the kernel's types, anew for each
 * object, to find the numbers of what such programs attach to: a tenth of nettop's start. Until they are loaded it is
 * told that they are of another type, and then these numbers.
 */

const HANDLER_OPTIONS = structOf('libbpf_prog_handler_opts', {
  size: u64,
  cookie: u64,
  setup: pointer,
  prepare: pointer,
  attach: pointer,
});
/** The beginning of struct bpf_prog_load_opts, which no libbpf changes. */
const LOAD_OPTIONS = structOf('bpf_prog_load_opts', {
  size: u64,
  attempts: u32,
  expected_attach_type: u32,
  prog_btf_fd: u32,
  prog_flags: u32,
  prog_ifindex: u32,
  kern_version: u32,
  attach_btf_id: u32,
});
const TYPE_RAW_TRACEPOINT = 17; // BPF_PROG_TYPE_RAW_TRACEPOINT
const TYPE_TRACING = 26; // BPF_PROG_TYPE_TRACING
const ESRCH = 3;

/** By the section's first word: enum bpf_attach_type, and the type in BTF that it attaches to. */
const SECTIONS: Record<string, { attachType: number; kind: number; type: (name: string) => string }> = {
  tp_btf: { attachType: 23, kind: KIND.typedef, type: (name) => `btf_trace_${name}` },
  iter: { attachType: 28, kind: KIND.function, type: (name) => `bpf_iter_${name}` },
};

/** libbpf keeps handlers for the whole process: so does this, by the thread that loads programs. */
interface Handling {
  types: KernelTypes;
  /** Numbers of what programs attach to, by their sections. */
  numbers: Map<string, number>;
}

let handling: Handling | undefined;

/** Whether programs of that section are loaded so. */
export const isHandled = (section: string): boolean =>
  handling !== undefined && (section.split('/')[0] ?? '') in SECTIONS;

/** The kernel's types, where they are asked in libbpf's place. */
export const handledTypes = (): KernelTypes | undefined => handling?.types;

/** From now on, before the first object is opened; nothing changes where the kernel has no types. */
export function handleTracing(types: KernelTypes): void {
  if (handling !== undefined || !types.btf()) return;
  const prototype = koffi.proto('int nettop_prepare(void *program, void *options, long cookie)');
  const callback = koffi.register(prepare, koffi.pointer(prototype));
  const options = HANDLER_OPTIONS.bytes({
    size: HANDLER_OPTIONS.size,
    prepare: BigInt(koffi.address(callback)),
  });
  for (const [word, { attachType }] of Object.entries(SECTIONS))
    libbpf().registerHandler(`${word}+`, TYPE_RAW_TRACEPOINT, attachType, options);
  handling = { types, numbers: new Map() };
}

/** Looks up at once what programs of these sections attach to. */
export function findTargets(sections: readonly string[]): void {
  const types = handling?.types.btf()?.own;
  if (!types || !handling) return;
  const { numbers } = handling;
  const wanted = new Map<string, { section: string; kind: number }>();
  for (const section of sections) {
    const [word = '', name = ''] = section.split('/');
    const known = SECTIONS[word];
    if (known && !numbers.has(section)) wanted.set(known.type(name), { section, kind: known.kind });
  }
  if (wanted.size === 0) return;
  for (const id of types.named(wanted.keys())) {
    const target = wanted.get(types.name(id));
    if (target && target.kind === types.kind(id)) numbers.set(target.section, id);
  }
}

/** Called by libbpf when it is about to load a program: what it passes to the kernel may be changed. */
function prepare(program: Pointer, options: Pointer): number {
  const number = handling?.numbers.get(libbpf().programSection(program));
  if (number === undefined) return -ESRCH;
  const view = new DataView(koffi.view(options, LOAD_OPTIONS.size) as ArrayBuffer);
  LOAD_OPTIONS.put(view, 0, { attach_btf_id: number });
  return libbpf().setType(program, TYPE_TRACING);
}
