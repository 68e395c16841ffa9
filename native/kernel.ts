import { KIND } from './btf-kinds.ts';
import type { BtfTypes } from './btf-types.ts';
import { BTF_FOLDER, KernelBtf, readVmlinux } from './kernel-btf.ts';

/** What the running kernel's BTF says of its functions and tracepoints; read when it is first asked. */
export class KernelTypes {
  /** Megabytes that are looked at when something is loaded: they may go in between. null: the kernel has none. */
  private opened: WeakRef<KernelBtf> | null | undefined;
  /** The kernel's own pages stay mapped: they take no memory. */
  private mapped: Uint8Array | null = null;
  /** Numbers of types by kind and name, 0 where there is none: each is looked for once, which takes 1 ms. */
  private readonly found = new Map<string, number>();

  /** null where the kernel has none. */
  btf(): KernelBtf | null {
    if (this.opened === null) return null;
    const known = this.opened?.deref();
    if (known) return known;
    try {
      const read = new KernelBtf(BTF_FOLDER, this.vmlinux());
      this.opened = new WeakRef(read);
      return read;
    } catch {
      this.opened = null;
      return null;
    }
  }

  /** The number of a function in the kernel's own BTF, by which a program on its entry is loaded; null: it has none. */
  functionNumber(name: string): number | null {
    return this.find(KIND.function, name);
  }

  /** A function that fentry programs can name. */
  hasFunction(name: string): boolean {
    return this.functionNumber(name) !== null;
  }

  /** Arguments of a function in the kernel's own BTF; 0 where it has none such. */
  functionArguments(name: string): number {
    const { own } = this;
    const id = this.functionNumber(name);
    return own && id ? own.length(own.sizeOrType(id)) : 0;
  }

  /** The number of a tracepoint's type, by which a program on it is loaded; null: there is none such. */
  tracepointNumber(name: string): number | null {
    return this.find(KIND.typedef, `btf_trace_${name}`);
  }

  /** Arguments of a tracepoint (without the context pointer of its probes); null: there is none such. */
  tracepointArguments(name: string): number | null {
    const { own } = this;
    const id = this.tracepointNumber(name);
    if (!own || id === null) return null;
    const pointer = own.sizeOrType(id);
    return own.length(own.sizeOrType(pointer)) - 1;
  }

  /** Whether a struct of the kernel's own has a member of that name; false where there is no such struct. */
  hasMember(struct: string, member: string): boolean {
    const { own } = this;
    const id = this.find(KIND.struct, struct);
    if (!own || id === null) return false;
    return Array.from({ length: own.length(id) }, (_, index) => own.memberName(id, index)).includes(member);
  }

  /** Whether there is a struct of that name, in the kernel or a module. */
  hasStruct(name: string): boolean {
    for (const types of this.btf()?.sections() ?? []) if (types.find(KIND.struct, name) !== 0) return true;
    return false;
  }

  private get own(): BtfTypes | undefined {
    return this.btf()?.own;
  }

  private find(kind: number, name: string): number | null {
    const key = `${kind} ${name}`;
    const id = this.found.get(key) ?? this.own?.find(kind, name) ?? 0;
    this.found.set(key, id);
    return id || null;
  }

  private vmlinux(): Uint8Array {
    if (this.mapped) return this.mapped;
    const { bytes, isMapped } = readVmlinux(BTF_FOLDER);
    if (isMapped) this.mapped = bytes;
    return bytes;
  }
}
