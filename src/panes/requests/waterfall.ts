import { formatMicroseconds } from '../../text/format.ts';
import type { Line, Tone } from '../../text/span.ts';
import { fit } from '../../text/text.ts';
import { LABEL_CELLS } from '../fields.ts';
import type { RequestRow, RequestStages } from './row.ts';

/** From one moment to another, microseconds on the axis of the request. */
interface Step {
  label: string;
  fromUs: number;
  toUs: number;
  tone: Tone | undefined;
}

type Span = readonly [label: string, from: number | null, to: number | null];

const TIME_CELLS = 8;

/** What a request spent its time with, each stage from the one before it: all on one axis, and what is not known left out. */
export function waterfallLines(row: RequestRow, width: number): Line[] {
  const steps = stepsOf(row);
  if (steps.length === 0) return [];
  const first = Math.min(...steps.map(({ fromUs }) => fromUs));
  const last = Math.max(...steps.map(({ toUs }) => toUs));
  const cells = Math.max(1, width - LABEL_CELLS - TIME_CELLS - 3);
  const scale = last > first ? cells / (last - first) : 0;
  const title: Line = [
    { text: fit('stages', LABEL_CELLS), tone: 'strong' },
    { text: ` ${formatMicroseconds(last - first)} in all`, tone: 'muted' },
  ];
  return [[], title, ...steps.map((step) => stepLine(step, (step.fromUs - first) * scale, scale, cells))];
}

function stepLine({ label, fromUs, toUs, tone }: Step, at: number, scale: number, cells: number): Line {
  const begin = Math.min(Math.floor(at), cells - 1);
  const length = Math.max(1, Math.min(cells - begin, Math.round((toUs - fromUs) * scale)));
  return [
    { text: fit(label, LABEL_CELLS), tone: 'muted' },
    { text: ` ${fit(formatMicroseconds(toUs - fromUs), TIME_CELLS, 'right')} ` },
    { text: `${' '.repeat(begin)}${BLOCK.repeat(length)}`, tone },
  ];
}

const BLOCK = '█';

function stepsOf(row: RequestRow): Step[] {
  const { peer, side, beganUs, stages } = row;
  const client = side === 'client' ? stages : null;
  const server = side === 'server' ? { beganUs, stages } : peer;
  return [
    ...known(client ? asked(client) : [], 'transmit'),
    ...known(server ? served(server.beganUs, server.stages) : [], 'accent'),
    ...known(client ? answered(client, peer !== null) : [], 'receive'),
  ];
}

const known = (spans: readonly Span[], tone: Tone): Step[] =>
  spans.flatMap(([label, fromUs, toUs]) =>
    fromUs === null || toUs === null ? [] : [{ label, fromUs, toUs: Math.max(fromUs, toUs), tone }],
  );

/** At the client, until the request is with the server. */
const asked = (at: RequestStages): Span[] => [
  ['name looked up', at.nameAskedUs, at.nameAnsweredUs],
  ['connected', at.connectingUs, at.connectedUs],
  ['request sent', 0, at.requestEndedUs],
  ['acknowledged', at.requestEndedUs, at.requestAcknowledgedUs],
];

const served = (beganUs: number, at: RequestStages): Span[] => [
  ['server: received', beganUs, at.requestEndedUs],
  ['server: read', at.requestEndedUs, at.requestReadUs],
  ['server: answered', at.requestReadUs ?? at.requestEndedUs, at.firstByteUs],
  ['server: sent', at.firstByteUs, at.lastByteUs],
  ['server: was acked', at.lastByteUs, at.answerAcknowledgedUs],
];

/** At the client again; what it waits for is the server's, where that is known. */
const answered = (at: RequestStages, isServerKnown: boolean): Span[] => [
  ['first byte', isServerKnown ? null : (at.requestEndedUs ?? 0), at.firstByteUs],
  ['answer received', at.firstByteUs, at.lastByteUs],
  ['answer read', at.lastByteUs, at.answerReadUs],
];
