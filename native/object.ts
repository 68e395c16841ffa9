import koffi from 'koffi';
import type { Template } from './clone.ts';
import { libbpf, type Pointer } from './libbpf.ts';
import { errorText, lastErrno, libc } from './libc.ts';
import { BpfMap } from './map.ts';
import { withSignalsHeld } from './signals.ts';
import { INSTRUCTION_BYTES } from './tracing.ts';

const TYPE_HASH = 1; // BPF_MAP_TYPE_HASH
const NO_PREALLOC = 1; // BPF_F_NO_PREALLOC
const LICENSE = 'Dual MIT/GPL'; // that of every object in bpf/

const address = (buffer: Buffer): bigint => BigInt(koffi.address(buffer));

function u64s(values: bigint[]): Buffer {
  const buffer = Buffer.alloc(8 * values.length);
  values.forEach((value, index) => void buffer.writeBigUInt64LE(value, 8 * index));
  return buffer;
}

/** Bytes at a place in .rodata. */
export interface ReadOnlyWrite {
  offset: number;
  bytes: Uint8Array;
}

/** An open link; the program runs until it is destroyed, or until the process ends. */
export class Link {
  constructor(private pointer: Pointer | null) {}

  get fd(): number {
    return this.pointer ? libbpf().linkFd(this.pointer) : -1;
  }

  destroy(): void {
    if (this.pointer) libbpf().destroyLink(this.pointer);
    this.pointer = null;
  }
}

/** The same for a program that libbpf does not know: two descriptors. */
export class DescriptorLink {
  constructor(private descriptors: number[]) {}

  destroy(): void {
    for (const fd of this.descriptors) libc().close(fd);
    this.descriptors = [];
  }
}

/** A .bpf.o file: opened, knobs set, loaded, attached, closed. Errors carry the kernel's words. */
export class BpfObject {
  private pointer: Pointer | null;
  private readonly bytes: Uint8Array;

  constructor(
    readonly name: string,
    elf: Uint8Array,
  ) {
    this.bytes = elf; // libbpf reads from it until load
    // struct bpf_object_open_opts { size_t sz; const char *object_name; }
    const objectName = Buffer.from(`${name}\0`);
    const options = Buffer.alloc(16);
    options.writeBigUInt64LE(16n, 0);
    options.writeBigUInt64LE(BigInt(koffi.address(objectName)), 8);
    this.pointer = libbpf().open(this.bytes, this.bytes.length, options);
    if (!this.pointer) throw new Error(`${name}: open: ${errorText(lastErrno())}`);
  }

  /** Names of all programs with the section each was written for. */
  programs(): { name: string; section: string }[] {
    const found: { name: string; section: string }[] = [];
    let program = libbpf().nextProgram(this.live(), null);
    while (program) {
      found.push({ name: libbpf().programName(program), section: libbpf().programSection(program) });
      program = libbpf().nextProgram(this.live(), program);
    }
    return found;
  }

  /** Loads only these programs. */
  select(names: ReadonlySet<string>): void {
    for (const { name } of this.programs()) libbpf().setAutoload(this.program(name), names.has(name));
  }

  /** Writes `const volatile` knobs, before load: offset in .rodata → bytes. */
  setReadOnlyData(writes: readonly ReadOnlyWrite[]): void {
    const map = libbpf().findMap(this.live(), '.rodata');
    const size: [number] = [0];
    const data = map && libbpf().initialValue(map, size);
    if (!data) throw new Error(`${this.name}: no .rodata`);
    const view = new Uint8Array(koffi.view(data, Number(size[0])) as ArrayBuffer);
    for (const { offset, bytes } of writes) view.set(bytes, offset);
  }

  setMaxEntries(map: string, entries: number): void {
    libbpf().setMapMaxEntries(this.mapPointer(map), entries);
  }

  /** Hash maps take memory for the entries that they have, not for all that they may have. */
  allocateAsUsed(): void {
    for (let map = libbpf().nextMap(this.live(), null); map; map = libbpf().nextMap(this.live(), map))
      if (libbpf().mapType(map) === TYPE_HASH)
        libbpf().setMapFlags(map, libbpf().mapFlags(map) | NO_PREALLOC);
  }

  /** Without a map that only programs need that are not loaded, and what the verifier never comes to. */
  leaveOut(map: string): void {
    libbpf().setAutocreate(this.mapPointer(map), false);
  }

  /** Uses another object's map instead of a new one. */
  share(map: BpfMap): void {
    const result = libbpf().reuseMap(this.mapPointer(map.name), map.fd);
    if (result < 0) throw new Error(`${this.name}: share map ${map.name}: ${errorText(result)}`);
  }

  load(): void {
    const result = withSignalsHeld(() => libbpf().load(this.live()));
    if (result < 0) throw new Error(`${this.name}: load: ${errorText(result)}`);
  }

  map(name: string): BpfMap {
    return new BpfMap(name, this.mapPointer(name));
  }

  attach(program: string): Link {
    const link = libbpf().attach(this.program(program));
    if (!link) throw new Error(`${program}: attach: ${errorText(lastErrno())}`);
    return new Link(link);
  }

  /** What a tracing program is loaded for, before load. */
  setAttachTarget(program: string, kernelFunction: string): void {
    const result = libbpf().setAttachTarget(this.program(program), 0, kernelFunction);
    if (result < 0) throw new Error(`${program}: ${kernelFunction}: ${errorText(result)}`);
  }

  /** The program as it went into the kernel. */
  template(program: string): Template {
    const pointer = this.program(program);
    const bytes = libbpf().instructionCount(pointer) * INSTRUCTION_BYTES;
    const instructions = libbpf().instructions(pointer);
    if (!instructions) throw new Error(`${program}: no instructions`);
    return {
      license: LICENSE,
      instructions: Buffer.from(koffi.view(instructions, bytes) as ArrayBuffer),
      fd: libbpf().programFd(pointer),
    };
  }

  /** On a function's entry, or its return; without a cookie where the kernel has none. */
  attachKprobe(program: string, kernelFunction: string, cookie: number | null, atReturn = false): Link {
    // struct bpf_kprobe_opts { size_t sz; u64 bpf_cookie; size_t offset; bool retprobe }
    const options = Buffer.alloc(32);
    options.writeBigUInt64LE(32n, 0);
    options.writeBigUInt64LE(BigInt(cookie ?? 0), 8);
    options.writeUInt8(atReturn ? 1 : 0, 24);
    const link = libbpf().attachKprobe(this.program(program), kernelFunction, options);
    if (!link) throw new Error(`${kernelFunction}: attach: ${errorText(lastErrno())}`);
    return new Link(link);
  }

  /** On the entries of many functions at once: all or none. */
  attachKprobeMulti(program: string, kernelFunctions: { name: string; cookie: number }[]): Link {
    const names = kernelFunctions.map(({ name }) => Buffer.from(`${name}\0`));
    const pointers = u64s(names.map((name) => BigInt(koffi.address(name))));
    const cookies = u64s(kernelFunctions.map(({ cookie }) => BigInt(cookie)));
    // struct bpf_kprobe_multi_opts { size_t sz; char **syms; long *addrs; u64 *cookies; size_t cnt; bool retprobe }
    const options = u64s([48n, address(pointers), 0n, address(cookies), BigInt(names.length), 0n]);
    const link = libbpf().attachKprobeMulti(this.program(program), null, options);
    if (!link) throw new Error(`${program}: attach: ${errorText(lastErrno())}`);
    return new Link(link);
  }

  attachIterator(program: string): Link {
    const link = libbpf().attachIterator(this.program(program), null);
    if (!link) throw new Error(`${program}: attach: ${errorText(lastErrno())}`);
    return new Link(link);
  }

  /** For all tasks in a cgroup and below it; `cgroup` is a descriptor of its directory, which may be closed then. */
  attachCgroup(program: string, cgroup: number): Link {
    const link = libbpf().attachCgroup(this.program(program), cgroup);
    if (!link) throw new Error(`${program}: attach: ${errorText(lastErrno())}`);
    return new Link(link);
  }

  programFd(program: string): number {
    return libbpf().programFd(this.program(program));
  }

  /** Unloads programs and maps that no link or other object holds. */
  close(): void {
    if (this.pointer) libbpf().close(this.pointer);
    this.pointer = null;
  }

  private live(): Pointer {
    if (!this.pointer) throw new Error(`${this.name}: used after close`);
    return this.pointer;
  }

  private program(name: string): Pointer {
    const program = libbpf().findProgram(this.live(), name);
    if (!program) throw new Error(`${this.name}: no program ${name}`);
    return program;
  }

  private mapPointer(name: string): Pointer {
    const map = libbpf().findMap(this.live(), name);
    if (!map) throw new Error(`${this.name}: no map ${name}`);
    return map;
  }
}

/** An attached iterator program's output, from the network namespace that the calling thread is in now. */
export function openIterator(link: Link): number {
  const fd = libbpf().createIterator(link.fd);
  if (fd < 0) throw new Error(`iterator: ${errorText(fd)}`);
  return fd;
}

/**
 * Runs an attached iterator program once: `read` reads its output from the descriptor to the end, in parts.
 * The descriptor is closed after the last one.
 */
export function* iterate(link: Link, read: (fd: number) => Iterable<void>): Generator<void> {
  const fd = openIterator(link);
  try {
    yield* read(fd);
  } finally {
    libc().close(fd);
  }
}
