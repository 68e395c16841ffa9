import { unjudged } from '../filter/unjudged.ts';
import type { PaneName } from '../model/model.ts';
import type { TabNumber } from '../panes/pane.ts';
import { isLive, panes } from '../panes/registry.ts';
import { formatCount } from '../text/format.ts';
import { arrange, type Line, type Segment, type Span, segment } from '../text/span.ts';
import { askedTable, shownTable } from './grouping.ts';
import { paneKey } from './keys.ts';
import { type Box, dataRows, layout } from './layout.ts';
import type { UiState } from './state.ts';

function places(state: UiState, pane: PaneName): string {
  const view = state.answer?.[pane];
  if (view === undefined) return '';
  const total = formatCount(view.total);
  return state.cursors[pane] === null ? ` ${total}` : ` ${formatCount(state.places[pane] + 1)}/${total}`;
}

/** Terms of the filter that do not narrow the pane's rows. */
function notJudged(state: UiState, pane: PaneName): Segment[] {
  const terms = unjudged(state.filter.expression, panes[pane].rowsOf);
  if (terms.length === 0) return [];
  const short = segment(1, `${terms.length} not judged`, 'caution');
  return [{ ...segment(1, `not judged here: ${terms.join(', ')}`, 'caution'), short }];
}

/** What the pane itself has to say. */
function ownSegments(state: UiState, pane: PaneName): Segment[] {
  const { titleSegments } = panes[pane];
  const { answer, filter, frozen, units } = state;
  if (!answer || !titleSegments) return [];
  const isHidden = dataRows(layout(state), pane) === 0;
  const look = {
    status: answer.status,
    units,
    filter: filter.text,
    frozen,
    isHidden,
    isFollowing: state.cursors[pane] === null,
  };
  return titleSegments(look, answer[pane] as never);
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
  const label = askedTable(state, pane).sorts.find((sort) => sort.id === column)?.label ?? column;
  return segment(2, `sort ${label} ${descending ? '▾' : '▴'}`);
}

/** The pane that is shown, by its number and name, with how many rows it has. */
function shownTab(state: UiState, pane: PaneName, isFocused: boolean): Span[] {
  const name = `${paneKey(state.panes.indexOf(pane))} ${shownTable(state, pane).title}`;
  return [{ text: name + places(state, pane), tone: isFocused ? 'strong' : undefined }];
}

/** Which of the other tabs have names: where there is little room those that have something to tell, then none. */
type Named = 'all' | 'telling' | 'none';

/** Another one, with what there is of it now. */
function otherTab(state: UiState, pane: PaneName, named: Named): Span[] {
  const number = paneKey(state.panes.indexOf(pane));
  const now = numberOf(state, pane);
  const isNamed = named === 'all' || (named === 'telling' && now !== null);
  const name = isNamed ? `${number} ${shownTable(state, pane).title}` : number;
  return [
    { text: name, tone: 'muted' },
    ...(now ? [{ text: ` ${now.text}`, tone: now.tone ?? 'muted' }] : []),
  ];
}

function numberOf({ answer }: UiState, pane: PaneName): TabNumber | null {
  const view = answer?.[pane];
  if (!answer || !view) return null;
  const { tab: own } = panes[pane];
  return own ? own(answer.status, view as never) : { text: formatCount(view.total) };
}

const HEAVY: Span = { text: '┃' };
const LIGHT: Span = { text: '│', tone: 'muted' };
const SPACE: Span = { text: ' ' };

/** The tabs side by side; the one that is shown stands between heavy bars. */
function tabSpans(state: UiState, { tabs, shown }: Box, isFocused: boolean, named: Named): Span[] {
  const at = tabs.indexOf(shown);
  const bar = (place: number) => (place === at || place === at + 1 ? HEAVY : LIGHT);
  return tabs.flatMap((name, place) => [
    ...(place > 0 ? [SPACE, bar(place), SPACE] : at === 0 ? [HEAVY, SPACE] : []),
    ...(name === shown ? shownTab(state, name, isFocused) : otherTab(state, name, named)),
    ...(place === tabs.length - 1 && place === at ? [SPACE, HEAVY] : []),
  ]);
}

/** The tabs of a box: the others lose their names, then are not there, where there is no room. */
function tabs(state: UiState, box: Box, isFocused: boolean): Segment {
  const alone = { priority: 0, spans: shownTab(state, box.shown, isFocused) };
  if (box.tabs.length === 1) return alone;
  const spans = (named: Named) => tabSpans(state, box, isFocused, named);
  const short = { priority: 0, spans: spans('none'), short: alone };
  return {
    priority: 4,
    spans: spans('all'),
    short: { priority: 2, spans: spans('telling'), short },
  };
}

/** A box's title: a rule, heavy where the keys are, with its tabs and what the pane that is shown says. */
export function titleLine(state: UiState, box: Box, hiddenColumns: number): Line {
  const { shown: pane } = box;
  const focused = state.focus === pane && state.overlay === null;
  const hidden = hiddenColumns > 0 ? [segment(5, `+${hiddenColumns} columns`, 'muted')] : [];
  const right = isLive(pane) ? hidden : [...hidden, sortSegment(state, pane)];
  const left = [
    tabs(state, box, focused),
    ...notJudged(state, pane),
    ...ownSegments(state, pane),
    ...(panes[pane].hasHosts ? nameSegments(state) : []),
  ];
  return rule(left, right, box.columns, focused);
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
