import { type Field, roundUp, viewOf } from './fields.ts';

/**
 * Structs in memory that the kernel and this process share, 64-bit and little endian: of each the members are
 * declared once, and a layout says where they are. Readers and writers are made of the two, once for each struct:
 * a call of one is a load at a known place and makes nothing that the value is not.
 */

// biome-ignore lint/suspicious/noExplicitAny: what a field holds is inferred from it
export type Fields = Record<string, Field<any>>;
export type Value<F> = F extends Field<infer T> ? T : never;
export type Values<F extends Fields> = { -readonly [Name in keyof F]: Value<F[Name]> };

/** Where the members are, in bytes; of the whole struct the size. */
export interface Places {
  size: number;
  members: readonly { name: string; offset: number; size: number }[];
}

/** Readers and writers of one struct. */
export interface Codec<F extends Fields> {
  readonly size: number;
  /** Bytes from the start of the struct. */
  readonly at: { readonly [Name in keyof F]: number };
  readonly get: { readonly [Name in keyof F]: (view: DataView, base: number) => Value<F[Name]> };
  /** All members at once, where that is seldom asked. */
  values(view: DataView, base: number): Values<F>;
  /** Writes these members, and leaves the others as they are. */
  put(view: DataView, base: number, values: Partial<Values<F>>): void;
  /** A struct of its own with these members, all else 0: a key, or a value to be written. */
  bytes(values: Partial<Values<F>>): Buffer;
}

/** Throws an Error with the member's name where one is missing, or has another size than its field. */
export function codec<F extends Fields>(struct: string, fields: F, places: Places): Codec<F> {
  const at = emptyLike<number>(fields);
  const get = emptyLike<unknown>(fields);
  for (const [name, field] of Object.entries(fields)) {
    const { offset, size } = memberOf(struct, places, name);
    if (size !== field.size) throw new Error(`${struct}.${name} has ${size} bytes, not ${field.size}`);
    at[name] = offset;
    get[name] = field.reader(offset);
  }
  const put = (view: DataView, base: number, values: Partial<Values<F>>): void => {
    for (const [name, value] of Object.entries(values)) {
      const place = at[name];
      if (place === undefined) throw new Error(`struct ${struct} has no member ${name}`);
      fields[name]?.write(view, base + place, value);
    }
  };
  const { size } = places;
  return {
    size,
    at: at as Codec<F>['at'],
    get: get as Codec<F>['get'],
    put,
    values: (view, base) =>
      Object.fromEntries(
        Object.entries<Codec<F>['get'][string]>(get as never).map(([name, read]) => [name, read(view, base)]),
      ) as Values<F>,
    bytes(values) {
      const made = Buffer.alloc(size);
      put(viewOf(made), 0, values);
      return made;
    },
  };
}

function memberOf(struct: string, { members }: Places, name: string): Places['members'][number] {
  const found = members.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`struct ${struct} has no member ${name}`);
  return found;
}

/**
 * An object that has all these names from the start, as a literal has them: one to which more than a dozen are
 * added by computed names becomes a hash table, and reading from it takes eight times as long.
 */
function emptyLike<T>(fields: Fields): Record<string, T> {
  return JSON.parse(JSON.stringify(Object.fromEntries(Object.keys(fields).map((name) => [name, null]))));
}

/** A struct of the kernel's or a library's own interface, as C lays it out: each member at a multiple of its width. */
export function structOf<F extends Fields>(struct: string, fields: F): Codec<F> {
  let end = 0;
  let widest = 1;
  const members = Object.entries(fields).map(([name, { size, align }]) => {
    const offset = roundUp(end, align);
    end = offset + size;
    widest = Math.max(widest, align);
    return { name, offset, size };
  });
  return codec(struct, fields, { size: roundUp(end, widest), members });
}
