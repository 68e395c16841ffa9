import { formatMicroseconds, formatPerSecond } from '../../text/format.ts';
import type { Line } from '../../text/span.ts';
import { fieldLines, known, netnsField, owner } from '../fields.ts';
import { barLines, belowTime } from '../histogram.ts';
import type { ServiceRow } from './row.ts';

/** Who answers, and how long each share of the answers took. */
export function serviceLines(row: ServiceRow, width: number): Line[] {
  return [
    ...fieldLines([
      ['process', owner(row.pid, row.process)],
      ['user', known(row.user)],
      ['port', `${row.port}, TCP`],
      netnsField(row),
      ['answers', `${row.answers}  ${formatPerSecond(row.perSecond)}`],
      ['mean', formatMicroseconds(row.meanUs)],
      ['below', `p50 ${time(row.p50Us)}, p95 ${time(row.p95Us)}, p99 ${time(row.p99Us)}`],
    ]),
    [],
    [{ text: 'Answers by the time they took', tone: 'strong' }],
    ...barLines(
      row.slots.map(({ belowUs, answers }) => ({ label: belowTime(belowUs), count: answers })),
      width,
    ),
  ];
}

const time = formatMicroseconds;
