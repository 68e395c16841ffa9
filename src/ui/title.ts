import { unjudgedBySockets } from '../filter/unjudged.ts';
import type { PaneName, Status } from '../model/model.ts';
import { isTrace, panes } from '../panes/registry.ts';
import { formatCount, formatDuration, formatPerSecond } from '../text/format.ts';
import { arrange, type Line, type Segment, segment } from '../text/span.ts';
import { askedPane, shownPane } from './grouping.ts';
import { dataRows, layout } from './layout.ts';
import type { UiState } from './state.ts';

function places(state: UiState, pane: PaneName): string {
  const view = state.answer?.[pane];
  if (view === undefined) return '';
  const total = formatCount(view.total);
  return state.cursors[pane] === null ? ` ${total}` : ` ${formatCount(state.places[pane] + 1)}/${total}`;
}

const PLACE_OF_FILTER = {
  none: '',
  kernel: ' (in kernel)',
  'kernel and user space': ' (kernel + user space)',
};

function traceState(state: UiState, pane: PaneName, status: Status): Segment {
  if (state.frozen) return segment(1, `FROZEN +${formatCount(status.frozenPackets)}`, 'inverse');
  if (dataRows(layout(state), pane) === 0) return segment(1, 'off while hidden', 'muted');
  if (status.trace === 'off') return segment(1, 'off', 'muted');
  if (status.attaching)
    return segment(1, `attaching ${status.attaching.done} of ${status.attaching.total}`, 'caution');
  return state.cursors[pane] === null ? segment(1, 'live', 'good') : segment(1, 'live, G follows', 'good');
}

/** The filter, and what of it runs where; the header has it in any case. */
function filterSegment({ filter }: UiState, place: Status['filterPlace']): Segment[] {
  if (filter === '') return [];
  const short = segment(3, `filter${PLACE_OF_FILTER[place]}`, 'accent');
  return [{ ...segment(3, `filter: ${filter}${PLACE_OF_FILTER[place]}`, 'accent'), short }];
}

/** Terms of the filter that do not narrow the pane's rows. */
function unjudged(state: UiState, pane: PaneName): Segment[] {
  if (!panes[pane].isOfSockets) return [];
  const terms = unjudgedBySockets(state.filter);
  if (terms.length === 0) return [];
  const short = segment(1, `${terms.length} not judged`, 'caution');
  return [{ ...segment(1, `not judged here: ${terms.join(', ')}`, 'caution'), short }];
}

function traceSegments(state: UiState, pane: PaneName): Segment[] {
  const status = state.answer?.status;
  if (status === undefined) return [];
  const held = status.lostPerSecond.rateLimited;
  const passing = status.trace === 'live' && !state.frozen;
  return [
    traceState(state, pane, status),
    ...(passing ? [segment(4, `${formatPerSecond(status.eventsPerSecond)} shown`)] : []),
    ...(held > 0 ? [segment(2, `${formatCount(held)}/s over the limit`, 'bad')] : []),
    ...filterSegment(state, status.filterPlace),
  ];
}

function dropsSegments(state: UiState): Segment[] {
  const drops = state.answer?.drops;
  if (drops === undefined) return [];
  const { sinceSeconds, perSecond, lost, filterPlace } = drops;
  return [
    segment(1, `counted for ${formatDuration(sinceSeconds)}`, 'good'),
    segment(4, formatPerSecond(perSecond)),
    ...(lost > 0 ? [segment(2, `${formatCount(lost)} not counted`, 'bad')] : []),
    ...filterSegment(state, filterPlace),
  ];
}

/** Which addresses are shown by name, and what keeps names from being there. */
function nameSegments({ names, answer }: UiState): Segment[] {
  const problem = answer?.names?.problem ?? null;
  return [
    ...(names.hosts === 'off' ? [] : [segment(6, names.hosts === 'all' ? 'all names' : 'names', 'muted')]),
    ...(problem === null ? [] : [segment(4, problem, 'caution')]),
  ];
}

function sortSegment(state: UiState, pane: PaneName): Segment {
  const { column, descending } = state.sorts[pane];
  const label = askedPane(state, pane).sorts.find((sort) => sort.id === column)?.label ?? column;
  return segment(2, `sort ${label} ${descending ? '▾' : '▴'}`);
}

/** A pane's title: a rule, heavy for the pane that has the keys, with what the pane shows in it. */
export function titleLine(state: UiState, pane: PaneName, hiddenColumns: number): Line {
  const focused = state.focus === pane && state.overlay === null;
  const name = `${state.panes.indexOf(pane) + 1} ${shownPane(state, pane).title}${places(state, pane)}`;
  const hidden = hiddenColumns > 0 ? [segment(5, `+${hiddenColumns} columns`, 'muted')] : [];
  const right = isTrace(pane) ? hidden : [...hidden, sortSegment(state, pane)];
  const left = [
    segment(0, name, focused ? 'strong' : undefined),
    ...unjudged(state, pane),
    ...(isTrace(pane) ? traceSegments(state, pane) : []),
    ...(panes[pane].part === 'drops' ? dropsSegments(state) : []),
    ...(panes[pane].hasHosts ? nameSegments(state) : []),
  ];
  return rule(left, right, state.size.columns, focused);
}

/** A rule across the screen with segments in it. */
export function rule(left: Segment[], right: Segment[], width: number, heavy: boolean): Line {
  const mark = heavy ? '━' : '─';
  const tone = heavy ? 'accent' : 'muted';
  const end = right.length > 0 ? 1 : 0;
  const spaced = (part: Segment): Segment => ({
    ...part,
    spans: [{ text: ' ' }, ...part.spans, { text: ' ' }],
    ...(part.short && { short: spaced(part.short) }),
  });
  const inner = arrange({
    left: left.map(spaced),
    right: right.map(spaced),
    width: width - 1 - end,
    separator: { text: mark.repeat(2), tone },
    fill: { text: mark, tone },
  });
  return [{ text: mark, tone }, ...inner, { text: mark.repeat(end), tone }];
}
