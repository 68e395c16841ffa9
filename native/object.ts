import koffi from 'koffi';
import { libbpf, type Pointer } from './libbpf.ts';
import { errorText, lastErrno, libc } from './libc.ts';
import { BpfMap } from './map.ts';

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
  setReadOnlyData(writes: { offset: number; bytes: Uint8Array }[]): void {
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

  /** Uses another object's map instead of a new one. */
  share(map: BpfMap): void {
    const result = libbpf().reuseMap(this.mapPointer(map.name), map.fd);
    if (result < 0) throw new Error(`${this.name}: share map ${map.name}: ${errorText(result)}`);
  }

  load(): void {
    const result = libbpf().load(this.live());
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

  attachIterator(program: string): Link {
    const link = libbpf().attachIterator(this.program(program), null);
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

/** Runs an attached iterator program once: `read` reads its output from the descriptor to the end. */
export function iterate(link: Link, read: (fd: number) => void): void {
  const fd = libbpf().createIterator(link.fd);
  if (fd < 0) throw new Error(`iterator: ${errorText(fd)}`);
  try {
    read(fd);
  } finally {
    libc().close(fd);
  }
}
