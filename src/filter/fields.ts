import { type Expression, LARGEST, NUMBER_WORDS, type Side } from './ast.ts';
import { endOf } from './endpoint.ts';
import type { Token } from './lexer.ts';
import {
  hostOf,
  interfaceOf,
  type Limited,
  type Names,
  nameOf,
  netnsOf,
  numberOf,
  portRangeOf,
  protocolOf,
  type Range,
  rangeOf,
  reasonOf,
} from './value.ts';

/** What a value looks like. */
type Shape = 'number' | 'range' | 'address' | 'name';

/** What the reading of a value needs beside the value. */
export interface Context {
  side: Side;
  names: Names;
}

interface Field {
  /** A bare value after "or" belongs to the field before it when it looks like one of these. */
  shapes: readonly Shape[];
  read: (token: Token, context: Context) => Expression;
  /** For numbers: `operator` is one of COMPARISONS. */
  compare?: (operator: string, token: Token, context: Context) => Expression;
}

type NumberWord = 'port' | keyof typeof NUMBER_WORDS;

/** Words that take one value after them. */
const NAMED = {
  host: {
    shapes: ['address'],
    read: (token, { side, names }) => endOf(token, side, names),
  },
  net: { shapes: ['address'], read: (token, { side }) => ({ kind: 'host', side, ...hostOf(token, 'net') }) },
  port: number('port', ['number']),
  portrange: {
    shapes: ['range'],
    read: (token, { side }) => ({ kind: 'port', side, ...portRangeOf(token) }),
  },
  len: number('len', ['number']),
  pid: number('pid', ['number']),
  netns: number('netns', ['number', 'name']),
  icmpid: number('icmpid', ['number']),
  proto: { shapes: ['number'], read: (token) => ({ kind: 'protocol', protocol: protocolOf(token) }) },
  iface: {
    shapes: ['name'],
    read: (token, { names }) => ({ kind: 'interface', name: interfaceOf(token, names) }),
  },
  process: { shapes: ['name'], read: (token) => ({ kind: 'process', name: nameOf(token, 'process') }) },
  comm: { shapes: ['name'], read: (token) => ({ kind: 'process', name: nameOf(token, 'comm') }) },
  reason: {
    shapes: ['name', 'number'],
    read: (token, { names }) => ({ kind: 'reason', ...reasonOf(token, names) }),
  },
} satisfies Record<string, Field>;

export type FieldName = keyof typeof NAMED;

export const FIELDS: Readonly<Record<FieldName, Field>> = NAMED;

export const COMPARISONS = ['==', '=', '!=', '<', '<=', '>', '>='];

const BARE: Record<Shape, FieldName> = {
  number: 'port',
  range: 'portrange',
  address: 'host',
  name: 'process',
};

/** The field of a value that stands alone: `carried` where the value looks like one of it. */
export function fieldOf(token: Token, carried: FieldName | null): FieldName {
  const shape = shapeOf(token);
  return carried !== null && FIELDS[carried].shapes.includes(shape) ? carried : BARE[shape];
}

function shapeOf({ kind, text }: Token): Shape {
  if (kind !== 'word') return 'name';
  if (/^\d+$/.test(text)) return 'number';
  if (/^\d+-\d+$/.test(text)) return 'range';
  // A slash alone makes no address: kernel threads have names like kworker/0:1.
  return /^[\d.]+(\/|$)|^[^/]*:|^\[[^\]]*:[^\]]*\]$/.test(text) ? 'address' : 'name';
}

function number(word: NumberWord, shapes: readonly Shape[]): Field {
  const limited: Limited = word === 'port' ? word : NUMBER_WORDS[word];
  const valueIn = (token: Token, { names }: Context): number =>
    word === 'netns' ? netnsOf(token, names) : numberOf(token, word, LARGEST[limited]);
  const inRange = (side: Side, range: Range): Expression =>
    limited === 'port' ? { kind: 'port', side, ...range } : { kind: 'number', field: limited, ...range };
  return {
    shapes,
    read: (token, context) => {
      const value = valueIn(token, context);
      return inRange(context.side, { low: value, high: value });
    },
    compare: (operator, token, context) => {
      const range = rangeOf(operator, valueIn(token, context), token.at, word, limited);
      const compared = inRange(context.side, range);
      // The opposite of "=": neither end has that port.
      return operator === '!=' ? { kind: 'not', operand: compared } : compared;
    },
  };
}
