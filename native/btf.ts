/**
 * Struct layouts and enums from the BTF section of an ELF object file (64-bit, little endian).
 * Format: Documentation/bpf/btf.rst in the kernel tree.
 */

import { sectionBytes, variableOffset } from './elf.ts';

export interface Member {
  name: string;
  /** Bytes from the start of the struct. */
  offset: number;
  /** Bytes; for an array, of the whole array. */
  size: number;
}

export interface Layout {
  name: string;
  size: number;
  members: Member[];
}

const INT = 1;
const PTR = 2;
const ARRAY = 3;
const STRUCT = 4;
const UNION = 5;
const ENUM = 6;
const FUNC_PROTO = 13;
const VAR = 14;
const DATASEC = 15;
const DECL_TAG = 17;
const ENUM64 = 19;
const MODIFIERS = new Set([8, 9, 10, 11, 18]); // typedef, volatile, const, restrict, type tag

interface Type {
  kind: number;
  name: string;
  sizeOrType: number;
  length: number;
  /** Offset of what follows the type's three words. */
  at: number;
}

export class Btf {
  private readonly types: Type[] = [{ kind: 0, name: 'void', sizeOrType: 0, length: 0, at: 0 }];
  private readonly data: Buffer;
  private readonly strings: number;

  /** Throws an Error when the file is not such an object or carries no BTF. */
  constructor(private readonly elf: Buffer) {
    const data = sectionBytes(elf, '.BTF');
    if (data.readUInt16LE(0) !== 0xeb9f) throw new Error('bad BTF magic');
    this.data = data;
    const header = data.readUInt32LE(4);
    const start = header + data.readUInt32LE(8);
    const end = start + data.readUInt32LE(12);
    this.strings = header + data.readUInt32LE(16);
    for (let at = start; at < end; ) at = this.readType(at);
  }

  /** Members of a struct, arrays as one. Throws an Error when it is not there. */
  layout(name: string): Layout {
    const type = this.find(STRUCT, name);
    const members: Member[] = [];
    for (let i = 0; i < type.length; i++) {
      const at = type.at + i * 12;
      members.push({
        name: this.text(this.data.readUInt32LE(at)),
        offset: this.data.readUInt32LE(at + 8) >>> 3,
        size: this.size(this.resolve(this.data.readUInt32LE(at + 4))),
      });
    }
    return { name, size: type.sizeOrType, members };
  }

  /** Values of an enum by name. */
  enumeration(name: string): Map<string, number> {
    const type = this.find(ENUM, name);
    const values = new Map<string, number>();
    for (let i = 0; i < type.length; i++) {
      const at = type.at + i * 8;
      values.set(this.text(this.data.readUInt32LE(at)), this.data.readInt32LE(at + 4));
    }
    return values;
  }

  /**
   * Where a global variable stands in its section (.rodata, .bss, …). By the symbol table: in BTF the
   * offsets are 0 until a linker or libbpf fills them in.
   */
  variable(sectionName: string, name: string): number {
    return variableOffset(this.elf, sectionName, name);
  }

  private readType(at: number): number {
    const info = this.data.readUInt32LE(at + 4);
    const kind = (info >>> 24) & 31;
    const length = info & 0xffff;
    const name = this.text(this.data.readUInt32LE(at));
    this.types.push({ kind, name, sizeOrType: this.data.readUInt32LE(at + 8), length, at: at + 12 });
    return at + 12 + trailer(kind, length);
  }

  private find(kind: number, name: string): Type {
    const type = this.types.find((candidate) => candidate.kind === kind && candidate.name === name);
    if (!type) throw new Error(`${name} is not in BTF`);
    return type;
  }

  private resolve(id: number): Type {
    let type = this.types[id];
    while (type && MODIFIERS.has(type.kind)) type = this.types[type.sizeOrType];
    if (!type) throw new Error(`BTF type ${id} does not exist`);
    return type;
  }

  private size(type: Type): number {
    if (type.kind === PTR) return 8;
    if (type.kind !== ARRAY) return type.sizeOrType;
    return this.size(this.resolve(this.data.readUInt32LE(type.at))) * this.data.readUInt32LE(type.at + 8);
  }

  private text(offset: number): string {
    const at = this.strings + offset;
    return this.data.toString('latin1', at, this.data.indexOf(0, at));
  }
}

/** Bytes that follow a type's three words. */
function trailer(kind: number, length: number): number {
  if (kind === INT || kind === VAR || kind === DECL_TAG) return 4;
  if (kind === ARRAY) return 12;
  if (kind === ENUM || kind === FUNC_PROTO) return 8 * length;
  if (kind === STRUCT || kind === UNION || kind === DATASEC || kind === ENUM64) return 12 * length;
  return 0;
}
