import type { Field, RecordKind } from '../../model/record.ts';
import { type Format, isoTime } from './format.ts';

/** RFC 4180: a header line, a line a record, ends of lines as CR LF. A field of an object is named "tcp.inFlightBytes". */
export const csv: Format = {
  name: 'csv',
  about: 'comma-separated values with a header line',
  mixes: false,
  header: (kind) => [row(columnsOf(kind).map(({ name }) => name))],
  line: (kind, record, timeUs) => row(columnsOf(kind).map(({ value }) => cell(value(record, timeUs)))),
};

interface Column {
  name: string;
  /** A time as text. */
  value(row: unknown, timeUs: number): unknown;
}

/** Kinds are constants: each is laid flat once. */
const known = new WeakMap<object, readonly Column[]>();

function columnsOf<R>({ fields }: RecordKind<R>): readonly Column[] {
  const columns = known.get(fields) ?? flat(fields as readonly Field<unknown>[]);
  known.set(fields, columns);
  return columns;
}

function flat(fields: readonly Field<unknown>[]): Column[] {
  return fields.flatMap(({ name, type, value, fields: inner }): Column[] => {
    if (type === 'time') return [{ name, value: (row, timeUs) => timeOf(value(row, timeUs)) }];
    if (!inner) return [{ name, value }];
    return flat(inner as readonly Field<unknown>[]).map((column) => ({
      name: `${name}.${column.name}`,
      value: (row, timeUs) => {
        const object = value(row, timeUs);
        return object === null ? null : column.value(object, timeUs);
      },
    }));
  });
}

const timeOf = (value: unknown): string | null => (typeof value === 'number' ? isoTime(value) : null);

/** Nothing for null; several strings with spaces between them. */
function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'object') return String(value);
  const isPlain = Array.isArray(value) && value.every((item) => typeof item === 'string');
  return isPlain ? value.join(' ') : JSON.stringify(value);
}

/** The line feed is the writer's. */
function row(cells: readonly string[]): string {
  return `${cells.map(quoted).join(',')}\r`;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
