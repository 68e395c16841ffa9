import type { Expression, Kind, Primitive, Side } from './ast.ts';
import type { Condition, InterfaceIndex, MakeTest } from './condition.ts';
import type { Tokens } from './lexer.ts';
import type { Term } from './term.ts';
import type { Subject } from './terms.ts';
import type { Names } from './value.ts';

/** What a value looks like; a quantity is a number with its unit. */
export type Look = 'number' | 'quantity' | 'range' | 'address' | 'name';

/** What the reading of a term needs beside the tokens behind its word. */
export interface Context {
  /** The word of the term that was written. */
  word: string;
  side: Side;
  names: Names;
}

export interface Reading {
  expression: Expression;
  /** A bare value after "or" may belong to the same term. */
  carries: boolean;
}

/** How terms of one kind are read, written, judged, and asked of the kernel. */
export interface Shape<K extends Kind> {
  /** What a bare value after "or" has to look like. */
  looks(term: Extract<Term, { kind: K }>, word: string): readonly Look[];
  /** Reads the value, before which the word was passed. Throws FilterError. */
  read(term: Extract<Term, { kind: K }>, tokens: Tokens, context: Context): Reading;
  /** The canonical text, without the side. */
  format(primitive: Extract<Primitive, { kind: K }>, term: Extract<Term, { kind: K }>): string;
  /** Whether a member's value, which is not undefined, is as wanted. */
  holds(
    primitive: Extract<Primitive, { kind: K }>,
    value: NonNullable<Subject[keyof Subject]> | null,
  ): boolean;
  /** The same, asked of one of the kernel's words; null: the kernel cannot tell. */
  ask(
    primitive: Extract<Primitive, { kind: K }>,
    word: number,
    test: MakeTest,
    interfaceIndex: InterfaceIndex,
  ): Condition | null;
}
