import { ALERT_TITLES } from '../model/alerts/alert.ts';
import type { FleetStatus } from '../model/fleet.ts';
import type { Loss, Status, Throughput } from '../model/model.ts';
import {
  formatAttribution,
  formatCount,
  formatDuration,
  formatInterval,
  formatRate,
  rateCells,
  sparkline,
  type Units,
} from '../text/format.ts';
import { arrange, type Line, lineWidth, type Segment, type Span, segment } from '../text/span.ts';
import { cutMiddle } from '../text/text.ts';
import { fleetSegments, fleetTroubles } from './fleet-header.ts';
import { recordingSegments } from './recording.ts';
import type { UiState } from './state.ts';

const CAUSES: Readonly<Record<keyof Loss, string>> = {
  ringFull: 'ring full',
  rateLimited: 'over the limit',
  recursionMissed: 'missed in recursion',
  displayDropped: 'not shown',
};
const LOSSES = Object.keys(CAUSES) as (keyof Loss)[];

/** Each cause of loss with its total; a growing one with its rate. */
function lossSegments({ lost, lostPerSecond }: Status): Segment[] {
  const losses = LOSSES.filter((cause) => lost[cause] > 0 || lostPerSecond[cause] > 0);
  if (losses.length === 0) return [segment(1, 'lost 0', 'muted')];
  return losses.map((cause) => {
    const total = `${CAUSES[cause]} ${formatCount(lost[cause])}`;
    const rate = lostPerSecond[cause];
    if (rate === 0) return segment(1, `lost: ${total}`);
    return segment(0, `! losing: ${total} +${formatCount(rate)}/s`, 'bad');
  });
}

/** A rate, with room for the longest. */
const steady = (rate: number | null, units: Units): string =>
  formatRate(rate, units).padStart(rateCells(units));

function throughput(
  { rxRate, txRate, rxHistory, txHistory }: Throughput,
  cells: number,
  units: Units,
): Segment[] {
  const part = (
    priority: number,
    name: string,
    tone: 'receive' | 'transmit',
    rate: number | null,
    history: number[],
  ) => ({
    priority,
    spans: [
      { text: `${name} ${steady(rate, units)}`, tone },
      { text: cells > 0 ? ` ${sparkline(history, cells)}` : '', tone },
    ],
  });
  return [part(1, 'rx', 'receive', rxRate, rxHistory), part(1, 'tx', 'transmit', txRate, txHistory)];
}

function loopback({ loopback: { rxRate } }: Status, units: Units): Segment {
  return segment(6, `lo ${steady(rxRate, units)}`);
}

/** Interfaces that are named in the header: those that move most. */
const INTERFACES = 4;

function attributed({ wire }: Status, units: Units): Segment[] {
  if (wire === null) return [];
  const busy = wire.interfaces
    .filter(({ device, rate }) => device !== null && rate.share !== null)
    .sort((a, b) => (b.rate.bytesPerSecond ?? 0) - (a.rate.bytesPerSecond ?? 0))
    .slice(0, INTERFACES);
  const shares = busy.map(({ name, rate }, place) =>
    segment(
      place === 0 ? 2 : 6 + place,
      `${name} ${formatAttribution(rate.share, rate.bytesPerSecond, units)}`,
    ),
  );
  const lost = `${formatCount(wire.lostPackets)} packets not counted`;
  return [
    ...(busy.length > 0 ? shares : [segment(7, formatAttribution(null, 0, units))]),
    ...(wire.lostPackets > 0 ? [segment(2, lost, 'bad')] : []),
  ];
}

/** As many names as fit in the cells, and how many more there are. */
export function shortList(names: readonly string[], cells: number): string {
  for (let shown = names.length; shown > 0; shown--) {
    const more = names.length - shown;
    const text = names.slice(0, shown).join(', ') + (more > 0 ? ` +${more}` : '');
    if (text.length <= cells || shown === 1) return text;
  }
  return '';
}

function notReached({ points }: Status, cells: number): Segment[] {
  const names = points.filter((point) => point.hook === null).map((point) => point.function);
  if (names.length === 0) return [];
  const lead = 'not reached: ';
  const short = segment(3, `${names.length} not reached`, 'caution');
  return [{ ...segment(9, lead + shortList(names, cells - lead.length), 'caution'), short }];
}

function warnings({ warnings: [first, ...more] }: Status): Segment[] {
  if (first === undefined) return [];
  const rest = more.length > 0 ? ` (+${more.length}, see ?)` : '';
  const short = segment(2, `! ${more.length + 1} warning${more.length > 0 ? 's' : ''}`, 'caution');
  return [{ ...segment(8, `! ${first}${rest}`, 'caution'), short }];
}

/** Alerts that are on; their pane has the rest. */
function alertSegments({ alerts }: Status): Segment[] {
  if (!alerts || alerts.newest === null) return [];
  const more = alerts.count > 1 ? ` +${alerts.count - 1}` : '';
  return [
    {
      ...segment(0, `▲ ${ALERT_TITLES[alerts.newest]}${more}`, 'bad'),
      short: segment(0, `▲ ${alerts.count}`, 'bad'),
    },
  ];
}

/** What is not as it would be else. */
function unusual(state: UiState, status: Status): Segment[] {
  return [
    ...recordingSegments(state.recording, state.units),
    ...(state.frozen ? [segment(0, `FROZEN +${formatCount(status.frozenPackets)}`, 'inverse')] : []),
    ...privateMark(state),
  ];
}

const layoutOf = (width: number) => ({
  width: width - 2,
  separator: { text: '  ' } satisfies Span,
  fill: { text: ' ' } satisfies Span,
});

const framed = (spans: Line): Line => [{ text: ' ' }, ...spans];

function machineLine(state: UiState, status: Status): Line {
  const width = state.size.columns;
  const cells = width < 100 ? 5 : width < 150 ? 8 : 20;
  const of = status.fleet ? fleetSegments(status.fleet, state.intervalMs) : ownSegments(state, status);
  const left = [segment(0, 'nettop', 'strong'), ...of];
  const right = throughput(status.network, cells, state.units);
  return framed(arrange({ left, right, ...layoutOf(width) }));
}

function ownSegments({ intervalMs }: UiState, status: Status): Segment[] {
  return [
    segment(4, status.host, 'accent'),
    segment(5, status.kernel),
    segment(3, status.attach),
    segment(8, `up ${formatDuration(status.uptimeSeconds)}`, 'muted'),
    segment(9, `every ${formatInterval(intervalMs)}`, 'muted'),
  ];
}

const privateMark = ({ privacy }: UiState): Segment[] => (privacy ? [segment(0, 'PRIVATE', 'inverse')] : []);

/** Of a filter that is too long at least so much stays. */
const LEAST_FILTER = 16;
const FILTER = 'filter: ';
const MOST_CGROUP = 32;

/** The filter in force: the last to go, and cut in the middle where it does not fit beside `must`. */
function filterInForce({ filter, size }: UiState, must: readonly Segment[]): Segment[] {
  if (filter.text === '') return [];
  const taken = must.reduce((sum, part) => sum + lineWidth(part.spans) + 2, 2 + FILTER.length);
  const room = Math.min(Math.max(LEAST_FILTER, size.columns - taken), size.columns - 2 - FILTER.length);
  return [segment(-1, FILTER + cutMiddle(filter.text, room), 'accent')];
}

/** Whose processes alone. Its name may tell as much as what is hidden. */
function cgroupInForce({ cgroup, privacy }: UiState): Segment[] {
  if (cgroup === null) return [];
  return [segment(0, `cgroup: ${privacy ? '…' : cutMiddle(cgroup, MOST_CGROUP)}`, 'accent')];
}

/** What is wrong with the machines of a fleet, and the filter. */
function fleetLine(state: UiState, status: Status, fleet: FleetStatus): Line {
  const must = [...privateMark(state), ...fleetTroubles(fleet)];
  const left = [...must, ...filterInForce(state, must)];
  return framed(arrange({ left, right: warnings(status), ...layoutOf(state.size.columns) }));
}

function eventsLine(state: UiState, status: Status): Line {
  if (status.fleet) return fleetLine(state, status, status.fleet);
  const losses = lossSegments(status);
  const held = [...alertSegments(status), ...unusual(state, status), ...cgroupInForce(state)];
  const left = [
    ...held,
    segment(5, `${status.eventsPerSecond === null ? '-' : formatCount(status.eventsPerSecond)} events/s`),
    ...losses,
    ...attributed(status, state.units),
    ...filterInForce(state, [...held, ...losses]),
  ];
  const others = [...warnings(status), loopback(status, state.units)];
  const taken = [...left, ...others].reduce((sum, part) => sum + lineWidth(part.spans) + 2, 0);
  const missing = notReached(status, state.size.columns - 2 - taken);
  const right = [...warnings(status), ...missing, loopback(status, state.units)];
  return framed(arrange({ left, right, ...layoutOf(state.size.columns) }));
}

function oneLine(state: UiState, status: Status): Line {
  const must = status.fleet
    ? [...privateMark(state), ...fleetTroubles(status.fleet)]
    : [...alertSegments(status), ...unusual(state, status), ...cgroupInForce(state), ...lossSegments(status)];
  const left = [segment(4, 'nettop', 'strong'), ...must, ...filterInForce(state, must)];
  const right = throughput(status.network, 0, state.units);
  return framed(arrange({ left, right, ...layoutOf(state.size.columns) }));
}

/** The top of the screen: the machine and its traffic, then how much was seen and how much was not. */
export function headerLines(state: UiState, count: number): Line[] {
  const status = state.answer?.status;
  if (status === undefined) return [framed([{ text: 'nettop', tone: 'strong' }, { text: '  starting …' }])];
  if (count === 1) return [oneLine(state, status)];
  return [machineLine(state, status), eventsLine(state, status)];
}
