import { BtfTypes, KIND } from './btf-types.ts';
import { sectionBytes, variableOffset } from './elf.ts';

/** Struct layouts and enums from the BTF section of an ELF object file (64-bit, little endian). */

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

export class Btf {
  private readonly types: BtfTypes;

  /** Throws an Error when the file is not such an object or carries no BTF. */
  constructor(private readonly elf: Buffer) {
    this.types = new BtfTypes(sectionBytes(elf, '.BTF'));
  }

  /** Members of a struct, arrays as one. Throws an Error when it is not there. */
  layout(name: string): Layout {
    const { types } = this;
    const id = this.find(KIND.struct, name);
    const members: Member[] = [];
    for (let at = 3; at < 3 + 3 * types.length(id); at += 3) {
      members.push({
        name: types.text(types.word(id, at)),
        offset: types.memberBits(id, at) >>> 3,
        size: this.size(types.resolve(types.word(id, at + 1))),
      });
    }
    return { name, size: types.sizeOrType(id), members };
  }

  /** Values of an enum by name. Throws an Error when it is not there. */
  enumeration(name: string): Map<string, number> {
    return new Map(this.types.values(this.find(KIND.enum, name)));
  }

  /**
   * Where a global variable stands in its section (.rodata, .bss, …). By the symbol table: in BTF the
   * offsets are 0 until a linker or libbpf fills them in.
   */
  variable(sectionName: string, name: string): number {
    return variableOffset(this.elf, sectionName, name);
  }

  private find(kind: number, name: string): number {
    const id = this.types.find(kind, name);
    if (id === 0) throw new Error(`${name} is not in BTF`);
    return id;
  }

  private size(id: number): number {
    const { types } = this;
    if (types.kind(id) === KIND.pointer) return 8;
    if (types.kind(id) !== KIND.array) return types.sizeOrType(id);
    return this.size(types.resolve(types.word(id, 3))) * types.word(id, 5);
  }
}
