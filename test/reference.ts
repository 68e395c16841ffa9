import type { Field, RecordKind } from '../src/model/record.ts';

/** What docs/ has of records, made of their fields: the tables of docs/json.md, a JSON Schema each. */

type AnyField = Field<never>;

const INTRODUCTION = `# Records

What \`--json\` and \`--format csv\` write. This page and the schemas beside it (docs/schema) are made of the program's own list of fields: \`npm run reference\`.

- JSON: one object per line, with \`type\` first. Fields may be added; those below keep their names and meanings.
- CSV (RFC 4180): a header line, then one line a record, with CR LF. A field of an object is named with a dot, such as \`tcp.inFlightBytes\`; \`null\` is an empty field, the strings of an array stand with spaces between them. One kind of record a run: what JSON writes beside the rows (losses, totals, the summary) is said on stderr instead. Text is as it is: a spreadsheet may take one that begins with \`=\` for a formula.
- Times are ISO 8601 in UTC with microseconds. Units are in the names: Bytes, Microseconds, Seconds, PerSecond.
- A field is \`null\` only where the last column says so.
`;

/** docs/json.md. */
export function referencePage(records: readonly RecordKind<never>[]): string {
  return [INTRODUCTION, ...records.map(section)].join('\n');
}

function section({ type, about, fields }: RecordKind<never>): string {
  const head = `## ${type}\n\nBy ${about}.\n\n| field | type | meaning | null |\n|---|---|---|---|\n`;
  return `${head}| \`type\` | string | \`"${type}"\` | |\n${fields.flatMap((field) => rows(field, '')).join('\n')}\n`;
}

function rows(field: AnyField, prefix: string): string[] {
  const { name, type, about, absent, fields = [] } = field;
  const row = `| \`${prefix}${name}\` | ${WORDS[type]} | ${about} | ${absent ?? ''} |`;
  return [row, ...fields.flatMap((inner) => rows(inner, `${prefix}${name}.`))];
}

const WORDS: Record<AnyField['type'], string> = {
  string: 'string',
  number: 'number',
  boolean: 'boolean',
  time: 'string',
  array: 'array',
  object: 'object',
  any: 'string, boolean',
};

/** docs/schema/TYPE.json: JSON Schema, draft 2020-12. */
export function schema({ type, about, fields }: RecordKind<never>): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: type,
    description: `By ${about}.`,
    ...objectSchema(fields, { type: { const: type } }),
  };
}

function objectSchema(fields: readonly AnyField[], more: Record<string, object> = {}): object {
  const properties = {
    ...more,
    ...Object.fromEntries(fields.map((field) => [field.name, fieldSchema(field)])),
  };
  return { type: 'object', properties, required: Object.keys(properties) };
}

function fieldSchema({ type, about, absent, fields }: AnyField): object {
  const described = { description: absent === null ? about : `${about} (null: ${absent})` };
  if (fields) {
    const object = objectSchema(fields);
    return absent === null
      ? { ...described, ...object }
      : { ...described, anyOf: [object, { type: 'null' }] };
  }
  const types = { any: ['string', 'boolean'], time: ['string'] }[type as string] ?? [type];
  const all = absent === null ? types : [...types, 'null'];
  const format = type === 'time' ? { format: 'date-time' } : {};
  return { ...described, type: all.length === 1 ? all[0] : all, ...format };
}
