import type { Field, RecordKind } from '../../model/record.ts';
import { type Format, isoTime } from './format.ts';

/** JSON Lines: one object a record. Fields may be added, none changes its name or meaning. */
export const json: Format = {
  name: 'json',
  about: 'one JSON object per line',
  mixes: true,
  header: () => [],
  line: (kind, row, timeUs) => JSON.stringify(objectOf(kind)(row, timeUs)),
};

type Make = (row: unknown, timeUs: number) => object;

const made = new WeakMap<object, Make>();

function objectOf<R>(kind: RecordKind<R>): Make {
  const known = made.get(kind);
  if (known) return known;
  const make = makerOf(kind.type, kind.fields as readonly Field<unknown>[]);
  made.set(kind, make);
  return make;
}

/**
 * A function with an object literal of the fields, from their names, which are constants of this program: an object
 * that is filled name by name takes twice the time, and a trace writes 100,000 in a second.
 */
function makerOf(type: string, fields: readonly Field<unknown>[]): Make {
  const values: Field<unknown>['value'][] = [];
  const literal = (fields: readonly Field<unknown>[], row: string): string =>
    fields.map((field) => `${JSON.stringify(field.name)}: ${expression(field, row)}`).join(', ');
  const expression = (field: Field<unknown>, row: string): string => {
    const value = `values[${values.push(field.value) - 1}](${row}, timeUs)`;
    if (field.type === 'time') return `isoTime(${value})`;
    const inner = field.fields as readonly Field<unknown>[] | undefined;
    return inner ? `((inner) => inner === null ? null : { ${literal(inner, 'inner')} })(${value})` : value;
  };
  const body = `return (row, timeUs) => ({ type: ${JSON.stringify(type)}, ${literal(fields, 'row')} });`;
  return new Function('values', 'isoTime', body)(values, isoTime) as Make;
}
