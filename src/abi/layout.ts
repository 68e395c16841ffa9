import type { Btf } from '../../native/btf.ts';
import { type Codec, codec, type Fields } from '../../native/codec.ts';
import type { Field } from '../../native/fields.ts';

export type { Words } from '../../native/fields.ts';

/** A struct of bpf/abi as user space reads and writes it. Its padding has no field. */
export interface Shared<F extends Fields> {
  readonly struct: string;
  readonly fields: F;
}

export function shared<F extends Fields>(struct: string, fields: F): Shared<F> {
  return { struct, fields };
}

/** A struct within a struct, or several in a row: it reads as the place where they begin. */
interface Inner extends Field<number> {
  readonly inner: string;
  readonly count: number;
}

export function inner({ struct }: Shared<Fields>, count = 1): Field<number> {
  const field: Inner = {
    inner: struct,
    count,
    size: 0,
    align: 0,
    reader: (offset) => (_view, base) => base + offset,
    write: () => {
      throw new Error(`struct ${struct} is written by its own codec`);
    },
  };
  return field;
}

/** Where the members of structs are. */
export type Layouts = Pick<Btf, 'layout'>;

/**
 * Readers and writers at the places that the object's own BTF gives: they cannot go stale. Throws an Error with
 * the member's name where one is missing or has another size.
 */
export function codecOf<F extends Fields>(btf: Layouts, { struct, fields }: Shared<F>): Codec<F> {
  const known = Object.entries(fields).map(([name, field]) => [name, sized(btf, field)] as const);
  return codec(struct, Object.fromEntries(known) as F, btf.layout(struct));
}

function sized<T>(btf: Layouts, field: Field<T> | Inner): Field<T> | Inner {
  return 'inner' in field ? { ...field, size: field.count * btf.layout(field.inner).size } : field;
}
