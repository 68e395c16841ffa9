import type { Inspection } from '../../model/model.ts';
import { formatCount } from '../../text/format.ts';
import type { Line } from '../../text/span.ts';
import { type Bar, barLines, countBars, timeBars } from '../histogram.ts';
import type { Inspector } from '../pane.ts';
import { groupTitle } from './group-inspector.ts';

/** For the help. */
export const HISTOGRAMS = 'histograms of round trips, times to connect, retransmits';

/** Key of the group of all that the filter lets through. */
export const ALL_CONNECTIONS = 'all:';

type Distribution = Extract<Inspection, { pane: 'distribution' }>;

/** How many connections have which round trip, time to connect and retransmits. */
function distributionLines({ row }: Distribution, width: number): Line[] {
  const { group } = row;
  if (!group) return [];
  return [
    [{ text: groupTitle(row, group), tone: 'strong' }],
    ...histogram('Round trip', timeBars(group.rtt), width),
    ...histogram(
      'Time to connect, of those that nettop saw begin at this end',
      timeBars(group.connect),
      width,
    ),
    ...histogram('Segments that a connection retransmitted', countBars(group.retransmits), width),
  ];
}

function histogram(title: string, bars: readonly Bar[], width: number): Line[] {
  const all = bars.reduce((sum, { count }) => sum + count, 0);
  if (all === 0) return [[], [{ text: `${title}: none`, tone: 'muted' }]];
  return [
    [],
    [{ text: `${title}: ${formatCount(all)} connections`, tone: 'strong' }],
    ...barLines(bars, width),
  ];
}

export const distribution: Inspector = { rowTitle: 'Histograms', inspector: distributionLines };
