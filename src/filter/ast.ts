import type { Match } from './term.ts';
import type { FieldName } from './terms.ts';

export type Side = 'source' | 'destination' | 'either';

/** The members of a row that a term asks of: of both ends one of the two has to be as wanted. */
export type Fields = readonly FieldName[];

/** What a filter asks of one row, such as a packet or a connection, by the shape of its value. It is plain data. */
export type Primitive =
  /** A whole number; both ends belong to the range. */
  | { kind: 'range'; fields: Fields; low: number; high: number }
  /** The first `prefix` (0 to 128) bits; the others are 0 in `address`. */
  | { kind: 'network'; fields: Fields; address: readonly number[]; prefix: number }
  | { kind: 'text'; fields: Fields; match: Match; text: string }
  /** Any of these bits is set. */
  | { kind: 'bits'; fields: Fields; mask: number }
  /** It holds. */
  | { kind: 'truth'; fields: Fields }
  /** One of the numbers that are meant by what was written, a number or a pattern of names. */
  | { kind: 'among'; fields: Fields; written: string; numbers: readonly number[] }
  /** One of those that are in a set as it is asked; where rows are made alone: it cannot be sent. */
  | { kind: 'member'; fields: Fields; members: { has(number: number): boolean } };

export type Kind = Primitive['kind'];

export type Expression =
  | { kind: 'and' | 'or'; left: Expression; right: Expression }
  | { kind: 'not'; operand: Expression }
  | Primitive;
