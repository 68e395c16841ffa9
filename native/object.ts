import koffi from 'koffi';
import type { Template } from './clone.ts';
import { structOf } from './codec.ts';
import { u64Exact as pointer, u8, u32, u64, u64Bytes } from './fields.ts';
import { libbpf, type Pointer } from './libbpf.ts';
import { addressOf, errorText, lastErrno } from './libc.ts';
import { Link } from './link.ts';
import { BpfMap } from './map.ts';
import { type TypesFile, typesFile } from './relocation-types.ts';
import { withSignalsHeld } from './signals.ts';
import { INSTRUCTION } from './tracing.ts';
import { findTargets, handledTypes, isHandled } from './tracing-handler.ts';

const TYPE_HASH = 1; // BPF_MAP_TYPE_HASH
const NO_PREALLOC = 1; // BPF_F_NO_PREALLOC
const LICENSE = 'Dual MIT/GPL'; // that of every object in bpf/

/** Options of libbpf 1.0, which later ones only add to. */
const OPEN_OPTIONS = structOf('bpf_object_open_opts', {
  size: u64,
  object_name: pointer,
  relaxed_maps: u8,
  pin_root_path: pointer,
  unused: u32,
  kconfig: pointer,
  btf_custom_path: pointer,
});
const KPROBE_OPTIONS = structOf('bpf_kprobe_opts', {
  size: u64,
  bpf_cookie: u64,
  offset: u64,
  retprobe: u8,
});
const MULTI_OPTIONS = structOf('bpf_kprobe_multi_opts', {
  size: u64,
  symbols: pointer,
  addresses: pointer,
  cookies: pointer,
  count: u64,
  retprobe: u8,
});

const pointers = (values: bigint[]): Buffer => Buffer.concat(values.map(u64Bytes));

/** Bytes at a place in .rodata. */
export interface ReadOnlyWrite {
  offset: number;
  bytes: Uint8Array;
}

/** A .bpf.o file: opened, knobs set, loaded, attached, closed. Errors carry the kernel's words. */
export class BpfObject {
  private pointer: Pointer | null;
  /** libbpf reads from them until load. */
  private files: { elf: Buffer; types: TypesFile | null } | null;

  constructor(
    readonly name: string,
    elf: Buffer,
  ) {
    const handled = handledTypes();
    const types = handled ? typesFile(elf, handled) : null;
    this.files = { elf, types };
    const objectName = Buffer.from(`${name}\0`);
    const path = types && Buffer.from(`${types.path}\0`);
    const options = OPEN_OPTIONS.bytes({
      size: OPEN_OPTIONS.size,
      object_name: addressOf(objectName),
      ...(path && { btf_custom_path: addressOf(path) }),
    });
    this.pointer = libbpf().open(elf, elf.length, options);
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
    findTargets(this.programs().map(({ section }) => section));
    const result = withSignalsHeld(() => libbpf().load(this.live()));
    this.forgetFiles();
    if (result < 0) throw new Error(`${this.name}: load: ${errorText(result)}`);
  }

  map(name: string): BpfMap {
    return new BpfMap(name, this.mapPointer(name));
  }

  attach(program: string): Link {
    const pointer = this.program(program);
    const isTracing = isHandled(libbpf().programSection(pointer));
    const link = isTracing ? libbpf().attachTracing(pointer) : libbpf().attach(pointer);
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
    const bytes = libbpf().instructionCount(pointer) * INSTRUCTION.size;
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
    const options = KPROBE_OPTIONS.bytes({
      size: KPROBE_OPTIONS.size,
      bpf_cookie: cookie ?? 0,
      retprobe: atReturn ? 1 : 0,
    });
    const link = libbpf().attachKprobe(this.program(program), kernelFunction, options);
    if (!link) throw new Error(`${kernelFunction}: attach: ${errorText(lastErrno())}`);
    return new Link(link);
  }

  /** On the entries of many functions at once: all or none. */
  attachKprobeMulti(program: string, kernelFunctions: { name: string; cookie: number }[]): Link {
    const names = kernelFunctions.map(({ name }) => Buffer.from(`${name}\0`));
    const symbols = pointers(names.map(addressOf));
    const cookies = pointers(kernelFunctions.map(({ cookie }) => BigInt(cookie)));
    const options = MULTI_OPTIONS.bytes({
      size: MULTI_OPTIONS.size,
      symbols: addressOf(symbols),
      cookies: addressOf(cookies),
      count: names.length,
    });
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
    this.forgetFiles();
  }

  private forgetFiles(): void {
    this.files?.types?.close();
    this.files = null;
  }

  private live(): Pointer {
    if (!this.pointer) throw new Error(`${this.name}: used after close`);
    return this.pointer;
  }

  program(name: string): Pointer {
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
