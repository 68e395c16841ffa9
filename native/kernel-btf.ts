import { closeSync, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { KIND } from './btf-kinds.ts';
import { BtfTypes } from './btf-types.ts';
import { mapPrivately } from './libc.ts';
import { SmallBtf } from './small-btf.ts';

/** What the running kernel's BTF says: functions with their packets, and enums; modules too. */

export interface KernelFunction {
  name: string;
  /** The module that it is in; null: the kernel itself. */
  module: string | null;
  /** Which of its first five arguments is the first `struct sk_buff *`, from 1; 0: none. */
  skb: number;
  /** The same for `struct sock *`. */
  sk: number;
  arguments: number;
}

/** Arguments that a kprobe finds in registers on x86-64 and arm64 alike. */
const REACHABLE = 5;
export const BTF_FOLDER = '/sys/kernel/btf';

/** A section of BTF with the name of its module. */
interface Part {
  module: string | null;
  types: BtfTypes;
}

export class KernelBtf {
  /** The kernel's own types, without those of modules. */
  readonly own: BtfTypes;
  private readonly vmlinux: Part;
  private loadedModules: Part[] | undefined;
  private readonly small = new SmallBtf();

  /** Reads the kernel's own; modules when they are first asked for. Throws an Error where there is none. */
  constructor(
    private readonly folder: string,
    vmlinux = readVmlinux(folder).bytes,
  ) {
    this.own = new BtfTypes(vmlinux);
    this.vmlinux = { module: null, types: this.own };
  }

  /** All functions with a `struct sk_buff *` among their first five arguments. */
  skbFunctions(): KernelFunction[] {
    return this.parts().flatMap(skbFunctionsOf);
  }

  /** Any function, with or without a packet; null: BTF does not have it. */
  findFunction(name: string): KernelFunction | null {
    for (const part of this.eachPart()) {
      const id = part.types.find(KIND.function, name);
      if (id !== 0) return describe(part, id, packetTypes(part.types));
    }
    return null;
  }

  /** Values of all enums with such a name, by enum; modules' after the kernel's. */
  enumerations(name: RegExp): { name: string; values: [name: string, value: number][] }[] {
    return this.parts().flatMap(({ types }) =>
      types
        .enums()
        .filter((id) => name.test(types.name(id)))
        .map((id) => ({ name: types.name(id), values: types.values(id) })),
    );
  }

  /** The kernel's own types, then those of modules, which are read when the first is wanted. */
  *sections(): Generator<BtfTypes> {
    for (const { types } of this.eachPart()) yield types;
  }

  /** BTF of its own with the types of these names, and all that were asked for before. */
  partWith(names: Iterable<string>): Buffer {
    return this.small.with(names, this.sections());
  }

  private parts(): Part[] {
    return [...this.eachPart()];
  }

  /** The kernel first: most questions end there and no module is read. */
  private *eachPart(): Generator<Part> {
    yield this.vmlinux;
    this.loadedModules ??= this.readModules();
    yield* this.loadedModules;
  }

  private readModules(): Part[] {
    const names = readdirSync(this.folder).filter((name) => name !== 'vmlinux');
    return names.sort().flatMap((module) => {
      try {
        const bytes = readFileSync(`${this.folder}/${module}`);
        return [{ module, types: new BtfTypes(bytes, this.vmlinux.types) }];
      } catch {
        return []; // it was unloaded meanwhile
      }
    });
  }
}

/** From Linux 6.16 on they are the kernel's own pages; else they are read, 4 KiB a time. */
export function readVmlinux(folder: string): { bytes: Uint8Array; isMapped: boolean } {
  const file = openSync(`${folder}/vmlinux`, 'r');
  try {
    const bytes = mapPrivately(file, fstatSync(file).size);
    return { bytes: bytes ?? readFileSync(file), isMapped: bytes !== null };
  } finally {
    closeSync(file);
  }
}

/** Offsets of two names: a type is told by where its name stands, without making a string of it. */
interface PacketTypes {
  skb: number;
  sock: number;
}

function packetTypes(types: BtfTypes): PacketTypes {
  return { skb: types.offsetOf('sk_buff'), sock: types.offsetOf('sock') };
}

function skbFunctionsOf(part: Part): KernelFunction[] {
  const { types } = part;
  const names = packetTypes(types);
  const found: KernelFunction[] = [];
  for (let id = types.first; id < types.end; id++) {
    if (types.kind(id) !== KIND.function) continue;
    if (argumentOf(types, types.sizeOrType(id), names.skb) !== 0) found.push(describe(part, id, names));
  }
  return found;
}

function describe({ module, types }: Part, id: number, names: PacketTypes): KernelFunction {
  const prototype = types.sizeOrType(id);
  return {
    name: types.name(id),
    module,
    skb: argumentOf(types, prototype, names.skb),
    sk: argumentOf(types, prototype, names.sock),
    arguments: types.length(prototype),
  };
}

/** Position of the first pointer to that struct, const or not. A pointer to such a pointer is none. */
function argumentOf(types: BtfTypes, prototype: number, structName: number): number {
  const reachable = Math.min(types.length(prototype), REACHABLE);
  for (let index = 0; index < reachable; index++) {
    const argument = types.resolve(types.argumentType(prototype, index));
    if (types.kind(argument) !== KIND.pointer) continue;
    const target = types.resolve(types.sizeOrType(argument));
    const kind = types.kind(target);
    if ((kind === KIND.struct || kind === KIND.forward) && types.nameOffset(target) === structName)
      return index + 1;
  }
  return 0;
}
