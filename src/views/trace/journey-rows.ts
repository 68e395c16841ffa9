import type { Change, Hop, JourneyRow, PacketRow } from '../../model/model.ts';
import { formatEndpoint } from '../../text/format.ts';
import { type Outcome, outcome, resultOf } from './results.ts';

/** One event of a packet. */
export interface Step {
  row: PacketRow;
  /** Monotonic. */
  atNs: number;
}

/** What is known of a packet besides its events. */
export interface Known {
  functions: number;
  /** As in Packets. */
  keptSinceNs: number;
}

/** All of a packet's row but what depends on the time of day. */
export interface Summary {
  row: Omit<JourneyRow, 'result' | 'reason'>;
  outcome: Outcome;
  lastNs: number;
}

/**
 * The functions of one packet in one line. `steps` are its events in order of time, at least one; those
 * of a packet that goes round and round are not all of them. `key` is the number of one.
 */
export function summarize(key: string, steps: readonly Step[], { functions, keptSinceNs }: Known): Summary {
  const [first] = steps as readonly [Step];
  const last = steps.at(-1) ?? first;
  const rows = steps.map(({ row }) => row);
  const { protocol, source, destination, sourcePort, destinationPort, sequence, flags, length } =
    rows.find(({ headers }) => headers === 'complete') ?? first.row;
  const { pid, process } = rows.find((row) => row.pid !== null) ?? first.row;
  const headers = { protocol, source, destination, sourcePort, destinationPort, sequence, flags, length };
  return {
    row: {
      key,
      packet: first.row.packet,
      timeUs: first.row.timeUs,
      functions,
      latencyUs: (last.atNs - first.atNs) / 1000,
      lost: lostBefore(steps, keptSinceNs).reduce((sum, lost) => sum + lost, 0),
      ...headers,
      pid,
      process,
    },
    outcome: outcome(rows),
    lastNs: last.atNs,
  };
}

export function journeyRow({ row, outcome: { end, reason }, lastNs }: Summary, nowNs: number): JourneyRow {
  return { ...row, result: resultOf({ end, reason }, (nowNs - lastNs) / 1000), reason };
}

/**
 * For each event the number of those that were lost before it: an skb's events are numbered from 1.
 * What came before the oldest event that is kept was seen once.
 */
function lostBefore(steps: readonly Step[], keptSinceNs: number): number[] {
  const numbers = new Map<string, number>();
  return steps.map(({ row: { packet, skb, hop, deltaUs }, atNs }) => {
    if (packet === '' || hop === 0) return 0;
    const before = numbers.get(skb) ?? 0;
    numbers.set(skb, hop);
    if (atNs - (deltaUs ?? 0) * 1000 < keptSinceNs) return 0;
    return hop > before ? hop - before - 1 : 0; // lower: the buffer's address was used again
  });
}

/** A packet's path, with what changed on the way. */
export function hopsOf(steps: readonly Step[], keptSinceNs: number): Hop[] {
  const lost = lostBefore(steps, keptSinceNs);
  const firstNs = steps[0]?.atNs ?? 0;
  const known = new Map<Change['field'], string>();
  return steps.map(({ row, atNs }, index) => ({
    key: row.key,
    function: row.function,
    hook: row.hook,
    timeUs: row.timeUs,
    deltaUs: (atNs - (steps[index - 1]?.atNs ?? atNs)) / 1000,
    sinceFirstUs: (atNs - firstNs) / 1000,
    cpu: row.cpu,
    interface: row.interface,
    netns: netnsOf(row),
    reason: row.reason,
    place: row.place,
    lostBefore: lost[index] ?? 0,
    changes: changesSince(known, row),
  }));
}

/** What differs from what was last known; an event that does not know a field leaves it as it was. */
function changesSince(known: Map<Change['field'], string>, row: PacketRow): Change[] {
  const changes: Change[] = [];
  for (const [field, to] of Object.entries(fieldsOf(row)) as [Change['field'], string][]) {
    if (to === '') continue;
    const from = known.get(field);
    known.set(field, to);
    if (from !== undefined && from !== to) changes.push({ field, from, to });
  }
  return changes;
}

function fieldsOf(row: PacketRow): Record<Change['field'], string> {
  const whole = row.headers === 'complete';
  return {
    source: whole ? host(row.source, row.sourcePort) : '',
    destination: whole ? host(row.destination, row.destinationPort) : '',
    interface: row.interface,
    netns: netnsOf(row),
    mark: row.skb === '' ? '' : `0x${row.mark.toString(16)}`,
    skb: row.skb,
  };
}

function netnsOf({ netns, netnsName }: PacketRow): string {
  return netns === null ? '' : (netnsName ?? String(netns));
}

function host(address: string, port: number | null): string {
  return port === null ? address : formatEndpoint(address, port);
}
