import koffi from 'koffi';

/** What the running kernel's BTF says of its functions and tracepoints. */

const STRUCT = 4;
const FUNC = 12;
const TYPEDEF = 8;

interface KernelBtf {
  find(name: string, kind: number): number;
  type(id: number): { info: number; type: number } | null;
  members(id: number): string[];
}

let loaded: KernelBtf | null | undefined;

function kernelBtf(): KernelBtf | null {
  if (loaded !== undefined) return loaded;
  const library = koffi.load('libbpf.so.1');
  const load = library.func('void *btf__load_vmlinux_btf()');
  const find = library.func('int btf__find_by_name_kind(void *btf, const char *name, uint32_t kind)');
  const byId = library.func('void *btf__type_by_id(void *btf, uint32_t id)');
  const nameAt = library.func('const char *btf__name_by_offset(void *btf, uint32_t offset)');
  const btf = load();
  if (!btf) {
    loaded = null;
    return null;
  }
  loaded = {
    find: (name, kind) => find(btf, name, kind),
    type: (id) => {
      const pointer = byId(btf, id);
      if (!pointer) return null;
      const words = new Uint32Array(koffi.view(pointer, 12) as ArrayBuffer, 0, 3); // struct btf_type
      return { info: words[1] ?? 0, type: words[2] ?? 0 };
    },
    members: (id) => {
      const head = byId(btf, id);
      const count = head ? (new Uint32Array(koffi.view(head, 12) as ArrayBuffer)[1] ?? 0) & 0xffff : 0;
      if (count === 0) return [];
      // struct btf_member { u32 name_off, type, offset } after struct btf_type
      const words = new Uint32Array(koffi.view(head, 12 + 12 * count) as ArrayBuffer);
      return Array.from({ length: count }, (_, index) => nameAt(btf, words[3 + 3 * index] ?? 0) ?? '');
    },
  };
  return loaded;
}

export function hasKernelBtf(): boolean {
  return kernelBtf() !== null;
}

/** The number of a function in the kernel's own BTF, by which a program on its entry is loaded; null: it has none. */
export function functionNumber(name: string): number | null {
  const id = kernelBtf()?.find(name, FUNC) ?? -1;
  return id > 0 ? id : null;
}

/** A function that fentry programs can name. */
export function hasFunction(name: string): boolean {
  return functionNumber(name) !== null;
}

/** Arguments of a function in the kernel's own BTF; 0 where it has none such. */
export function functionArguments(name: string): number {
  const btf = kernelBtf();
  const id = functionNumber(name);
  const prototype = btf && id ? btf.type(btf.type(id)?.type ?? 0) : null;
  return prototype ? prototype.info & 0xffff : 0;
}

/** Arguments of a tracepoint (without the context pointer of its probes); null: there is none such. */
export function tracepointArguments(name: string): number | null {
  const btf = kernelBtf();
  const id = btf?.find(`btf_trace_${name}`, TYPEDEF) ?? -1;
  if (!btf || id <= 0) return null;
  const pointer = btf.type(btf.type(id)?.type ?? 0);
  const prototype = pointer && btf.type(pointer.type);
  return prototype ? (prototype.info & 0xffff) - 1 : null;
}

/** Whether a struct of the kernel's own has a member of that name; false where there is no such struct. */
export function hasMember(struct: string, member: string): boolean {
  const btf = kernelBtf();
  const id = btf?.find(struct, STRUCT) ?? -1;
  return btf !== null && id > 0 && btf.members(id).includes(member);
}
