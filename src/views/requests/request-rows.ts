import type { AskedNames } from '../../capture/exchanges/asked-names.ts';
import type { Exchange } from '../../capture/exchanges/exchange.ts';
import { formatAddress } from '../../filter/address.ts';
import type { RequestPeer, RequestRow } from '../../panes/requests/row.ts';
import { sanitize } from '../../text/text.ts';
import type { GroupOfRequests } from './request-groups.ts';
import { stageRow } from './stage-row.ts';

export interface RequestNames {
  asked: AskedNames;
  netns(number: number): string | null;
  user(uid: number): string;
  /** Wall clock at monotonic time 0, microseconds since the epoch. */
  epochUs: number;
}

/** An exchange as a row. Text of it came from the network: it is made safe to print here. */
export function requestRow(exchange: Exchange, names: RequestNames): RequestRow {
  const { number, talker, beganNs, dns, tls, quic, peer } = exchange;
  return {
    key: String(number),
    timeUs: names.epochUs + beganNs / 1000,
    protocol: exchange.protocol,
    side: exchange.isClient ? 'client' : 'server',
    ...endOf(exchange, names, beganNs),
    localAddress: formatAddress(talker.local),
    localPort: talker.localPort,
    remoteAddress: formatAddress(talker.remote),
    remotePort: talker.remotePort,
    transport: talker.transport,
    method: safe(exchange.method),
    host: safe(exchange.host),
    path: safe(exchange.path),
    statement: exchange.statement,
    status: exchange.status,
    grpcStatus: exchange.grpcStatus,
    outcome: exchange.outcome,
    requestBytes: exchange.requestBytes,
    responseBytes: exchange.responseBytes,
    upgrade: safe(exchange.upgrade),
    dns: dns && { ...dns, name: sanitize(dns.name), answers: dns.answers.map(sanitize) },
    tls: tls && { ...tls },
    quic,
    incomplete: exchange.isDone ? exchange.gap : 'under way',
    peer: peer && endOf(peer, names, beganNs),
    group: null,
  };
}

/** Times of stages count from `zeroNs` on, at each of two ends. */
function endOf(exchange: Exchange, names: RequestNames, zeroNs: number): RequestPeer {
  const { owner, beganNs, firstNs, lastNs } = exchange;
  return {
    pid: owner?.pid ?? null,
    process: owner?.process ?? null,
    user: owner && owner.uid !== null ? names.user(owner.uid) : null,
    netns: owner?.netns ?? null,
    netnsName: owner?.netns ? names.netns(owner.netns) : null,
    firstByteUs: firstNs === null ? null : (firstNs - beganNs) / 1000,
    totalUs: lastNs === null ? null : (lastNs - beganNs) / 1000,
    beganUs: (beganNs - zeroNs) / 1000,
    stages: stageRow(exchange, zeroNs),
  };
}

/** A group as a row: its newest request, and what all have in common. */
export function groupRow({ key, group, members }: GroupOfRequests, names: RequestNames): RequestRow {
  const newest = members.at(-1) as Exchange; // a group has members
  return { ...requestRow(newest, names), key, group: { ...group, name: sanitize(group.name) } };
}

const safe = (text: string | null): string | null => (text === null ? null : sanitize(text));
