import { TextTable } from '../output/table.ts';
import type { TextColumn } from '../panes/command.ts';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatMicroseconds,
  formatRate,
  type Units,
} from '../text/format.ts';
import { listed } from '../text/text.ts';
import type { Difference } from './comparison.ts';
import { type Figure, type Figures, PART_NAMES, PARTS, type Part } from './figures.ts';
import type { Compared } from './record.ts';

/** Of one part; the rest is in JSON. */
const MOST_LINES = 30;

/** The comparison for people. */
export function comparisonLines(compared: Compared, units: Units): string[] {
  const sections = [headLines(compared), ...PART_NAMES.map((part) => partLines(part, compared, units))];
  return sections
    .filter((lines) => lines.length > 0)
    .flatMap((lines, place) => (place > 0 ? ['', ...lines] : lines));
}

function headLines({ files, before, after, isPerSecond }: Compared): string[] {
  const [a, b] = [before, after].map(({ seconds }) => lengthOf(seconds));
  return [
    `nettop: before: ${files[0]}, ${a}; after: ${files[1]}, ${b}`,
    ...(isPerSecond ? ['nettop: they are of different lengths: sums are by the second'] : []),
  ];
}

const lengthOf = (seconds: number): string =>
  seconds < 60 ? `${seconds.toFixed(1)}s` : formatDuration(seconds);

function partLines(
  part: Part,
  { files, before, after, isPerSecond, differences }: Compared,
  units: Units,
): string[] {
  const missing = [before, after].flatMap(({ parts }, place) => (parts[part] ? [] : [files[place] ?? '']));
  const note = missing.length > 0 ? [`nettop: ${part} are not recorded in ${listed(missing)}`] : [];
  const found = differences.filter((one) => one.part === part);
  if (found.length === 0) return note;
  const table = new TextTable(columnsOf(part, isPerSecond), units);
  table.widen(found.slice(0, MOST_LINES));
  const rows = found.slice(0, MOST_LINES).map((one) => table.row(one));
  const hidden = found.length - rows.length;
  return [...note, table.header(), ...rows, ...(hidden > 0 ? [`${hidden} more: --json has all`] : [])];
}

/** Each figure before and after. */
function columnsOf(part: Part, isPerSecond: boolean): TextColumn<Difference>[] {
  return [
    { title: PARTS[part].title, width: 24, cell: ({ key }) => key },
    ...PARTS[part].figures.map(
      (figure): TextColumn<Difference> => ({
        title: figure.title,
        width: figure.title.length,
        align: 'right',
        cell: ({ before, after }, units) => {
          const format = (figures: Figures | null) => formatFigure(figure, figures, isPerSecond, units);
          const [was, is] = [format(before), format(after)];
          return was === is ? was : `${was} → ${is}`;
        },
      }),
    ),
  ];
}

/** '-': it is not known. */
function formatFigure(
  { name, unit }: Figure,
  figures: Figures | null,
  isPerSecond: boolean,
  units: Units,
): string {
  const value = figures?.[name] ?? null;
  if (value === null) return '-';
  if (unit === 'bytes') return isPerSecond ? formatRate(value, units) : formatBytes(value, units);
  if (unit === 'microseconds') return formatMicroseconds(value);
  return value < 10 && !Number.isInteger(value) ? value.toFixed(2) : formatCount(value);
}
