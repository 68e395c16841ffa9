import { KIND } from './btf-kinds.ts';
import { BtfTypes } from './btf-types.ts';
import { sectionBytes, variablePlace } from './elf.ts';

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
  private elf: Buffer | null;

  /** Throws an Error when the file is not such an object or carries no BTF. */
  constructor(elf: Buffer) {
    this.elf = elf;
    this.types = new BtfTypes(Buffer.from(sectionBytes(elf, '.BTF')));
  }

  /** No variable is asked for any more: the file, of which the types are a small part, need not be kept. */
  letFileGo(): void {
    this.elf = null;
  }

  /** Members of a struct, arrays as one. Throws an Error when it is not there. */
  layout(name: string): Layout {
    const { types } = this;
    const id = this.find(KIND.struct, name);
    const members: Member[] = [];
    for (let index = 0; index < types.length(id); index++) {
      members.push({
        name: types.memberName(id, index),
        offset: types.memberBits(id, index) >>> 3,
        size: this.size(types.resolve(types.memberType(id, index))),
      });
    }
    return { name, size: types.sizeOrType(id), members };
  }

  /** Values of an enum by name. Throws an Error when it is not there. */
  enumeration(name: string): Map<string, number> {
    return new Map(this.types.values(this.find(KIND.enum, name)));
  }

  /**
   * Where a global variable is in its section (.rodata, .bss, …), and its size. By the symbol table: in BTF the
   * offsets are 0 until a linker or libbpf fills them in.
   */
  variable(sectionName: string, name: string): { offset: number; size: number } {
    if (!this.elf) throw new Error('its file was let go');
    return variablePlace(this.elf, sectionName, name);
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
    const { type, count } = types.element(id);
    return this.size(types.resolve(type)) * count;
  }
}
