import type { Owner } from '../../capture/exchanges/exchange.ts';
import type { Service } from '../../capture/ledger/service-ledger.ts';
import { percentileNs, slotEndNs } from '../../model/latency-slots.ts';
import type { ServiceRow } from '../../panes/services/row.ts';
import type { Owners } from '../processes/owners.ts';
import type { ProcessNames } from '../processes/process-names.ts';

export interface ServiceNames {
  owners: Owners;
  processes: ProcessNames;
  netns(number: number): string | null;
  user(uid: number): string;
}

/** Whose it is: what is known of the socket that answered last, if that is still its process. */
export function ownerOf({ pid, counted }: Service, { owners, processes }: ServiceNames): Owner | null {
  if (pid === 0) return null;
  const owner = owners.of(counted.cookie);
  if (owner?.pid === pid) return owner;
  return { pid, process: processes.get(pid, counted.cookie), uid: null, netns: owner?.netns ?? null };
}

/** A service as a row. */
export function serviceRow(service: Service, names: ServiceNames): ServiceRow {
  const { id, pid, port, perSecond, counted } = service;
  const owner = ownerOf(service, names);
  const below = (percent: number): number => (percentileNs(counted.slots, percent) ?? 0) / 1000;
  return {
    key: id,
    pid: pid || null,
    process: owner?.process ?? null,
    user: owner && owner.uid !== null ? names.user(owner.uid) : null,
    port,
    netns: owner?.netns ?? null,
    netnsName: owner?.netns ? names.netns(owner.netns) : null,
    answers: counted.answers,
    perSecond,
    meanUs: counted.totalNs / counted.answers / 1000,
    p50Us: below(50),
    p95Us: below(95),
    p99Us: below(99),
    slots: counted.slots.flatMap((answers, slot) =>
      answers > 0 ? [{ belowUs: slotEndNs(slot) / 1000, answers }] : [],
    ),
  };
}
