import { formatMicroseconds, formatPerSecond } from '../../text/format.ts';
import type { Line } from '../../text/span.ts';
import { fieldLines, known, netnsField, owner } from '../fields.ts';
import type { ServiceRow, ServiceSlot } from './row.ts';

const TIME_CELLS = 10;
const COUNT_CELLS = 9;

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
    ...row.slots.map((slot) => slotLine(slot, row, width)),
  ];
}

/** Where the slot ends, how many answers it has, and a bar against the fullest. */
function slotLine({ belowUs, answers }: ServiceSlot, { slots }: ServiceRow, width: number): Line {
  const most = Math.max(...slots.map((slot) => slot.answers));
  const room = Math.max(1, width - TIME_CELLS - COUNT_CELLS - 6);
  return [
    { text: `  < ${time(belowUs)}`.padEnd(TIME_CELLS + 4), tone: 'muted' },
    { text: `${String(answers).padStart(COUNT_CELLS)}  ` },
    { text: '█'.repeat(Math.ceil((answers / most) * room)), tone: 'accent' },
  ];
}

const time = formatMicroseconds;
