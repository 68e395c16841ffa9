import { boolean, type Field, number, type RecordKind, rounded, string, time } from '../../model/record.ts';
import { DIGITS, type Figure } from './figure.ts';
import type { FleetRow } from './row.ts';
import type { FleetSpec } from './spec.ts';

/** One object a row. Rows of all machines have no host. */
export function fleetRecord({ type, pane, labels, figures, over }: FleetSpec): RecordKind<FleetRow> {
  const isOver = over === undefined ? null : `of \`--by ${over}\``;
  return {
    type,
    about: `\`nettop fleet ${pane.replace('fleet-', '')}\``,
    fields: [
      time('time', (_, timeUs) => timeUs, 'when the line was made'),
      string(
        'host',
        (row) => row.host,
        'the machine: the label `instance`, or that of `--host-label`',
        isOver,
      ),
      ...(over === undefined
        ? []
        : [
            number(
              'hosts',
              (row: FleetRow) => row.hosts,
              'machines in the row',
              'where the server does not say',
            ),
          ]),
      ...labels.map(({ name, about }) =>
        string(name, (row: FleetRow) => row.labels[name] ?? null, about, over === name ? null : isOver),
      ),
      ...figures.filter(({ kind }) => kind !== 'age').map(figureField),
      number(
        'ageSeconds',
        (row) => (row.ageSeconds === null ? null : rounded(row.ageSeconds, DIGITS.age)),
        'since the machine last reported',
        'where that is not known, and of rows of several machines',
      ),
      boolean('stale', (row) => row.isStale, 'the machine has stopped to report'),
    ],
  };
}

const figureField = ({ id, field, about, unit }: Figure): Field<FleetRow> =>
  number(
    field,
    (row: FleetRow) => {
      const value = row.figures[id] ?? null;
      return value === null ? null : rounded(value, DIGITS[unit]);
    },
    about,
    'where the server has none',
  );
