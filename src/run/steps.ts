import type { ConnectionRow } from '../model/model.ts';
import type { RequestRow } from '../panes/requests/row.ts';
import { formatAsked, formatMethod } from '../panes/requests/text.ts';
import { formatEndpoint } from '../text/format.ts';
import type { Collected, SeenConnection } from './collection.ts';

/** What a command may wait for, in the order in which it does. */
export const WAITS = ['DNS', 'connect', 'TLS', 'first byte', 'body'] as const;
export type Wait = (typeof WAITS)[number];

/** A time in which the command waited for the network. Microseconds since the epoch. */
export interface Step {
  wait: Wait;
  fromUs: number;
  /** null: its end is not known, as nothing was answered. */
  toUs: number | null;
  label: string;
  failed: boolean;
}

/** Everything that was waited for, by when it began. */
export function stepsOf({ connections, requests }: Pick<Collected, 'connections' | 'requests'>): Step[] {
  const asked = requests.filter(({ side }) => side === 'client');
  const steps = [...connections.flatMap(connectStep), ...asked.flatMap(requestSteps)];
  return steps.sort((a, b) => a.fromUs - b.fromUs);
}

/** The name by which it was asked for, else the address, with the port. */
export const farEnd = ({ remoteName, remoteAddress, remotePort }: ConnectionRow): string =>
  formatEndpoint(remoteName ?? remoteAddress, remotePort);

/** When a TCP connection began; null: it is no such, or older than nettop. */
export function beganUs({ row, atUs }: SeenConnection): number | null {
  if (!row.life) return null;
  const untilUs = atUs - (row.ending?.secondsAgo ?? 0) * 1e6;
  return untilUs - row.life.states.reduce((sum, { us }) => sum + us, 0);
}

/** It was made by this end, or was to be. */
export const isConnect = ({ life }: ConnectionRow): boolean => life?.states[0]?.state === 'SYN_SENT';

function connectStep(seen: SeenConnection): Step[] {
  const { row } = seen;
  const fromUs = beganUs(seen);
  if (fromUs === null || !isConnect(row)) return [];
  const us = row.life?.connectUs ?? null;
  const failed = row.ending !== null && !row.life?.states.some(({ state }) => state === 'ESTABLISHED');
  return [{ wait: 'connect', fromUs, toUs: us === null ? null : fromUs + us, label: farEnd(row), failed }];
}

function requestSteps(row: RequestRow): Step[] {
  const { timeUs: fromUs, protocol, firstByteUs, totalUs } = row;
  const label = `${formatMethod(row)} ${formatAsked(row)}`;
  const after = (us: number | null): number | null => (us === null ? null : fromUs + us);
  const step = (wait: Wait, from: number, toUs: number | null, failed: boolean): Step => ({
    wait,
    fromUs: from,
    toUs,
    label,
    failed,
  });
  if (row.dns) return [step('DNS', fromUs, after(firstByteUs), row.dns.rcode !== 'NOERROR')];
  if (row.tls && (protocol === 'tls' || protocol === 'quic')) {
    const failed = row.tls.alert !== null || row.tls.version === null;
    return [
      { ...step('TLS', fromUs, after(totalUs ?? firstByteUs), failed), label: row.tls.serverName ?? '?' },
    ];
  }
  const firstUs = after(firstByteUs);
  const failed = firstUs === null || (row.status ?? 0) >= 400;
  const lastUs = after(totalUs);
  return [
    step('first byte', fromUs, firstUs, failed),
    ...(firstUs !== null && lastUs !== null && lastUs > firstUs
      ? [step('body', firstUs, lastUs, failed)]
      : []),
  ];
}

/** How long any of the steps went on, microseconds: what overlaps counts once. Those without a known end do not count. */
export function covered(steps: readonly Step[]): number {
  let sum = 0;
  let untilUs = Number.NEGATIVE_INFINITY;
  for (const { fromUs, toUs } of [...steps].sort((a, b) => a.fromUs - b.fromUs)) {
    if (toUs === null || toUs <= untilUs) continue;
    sum += toUs - Math.max(fromUs, untilUs);
    untilUs = toUs;
  }
  return sum;
}
