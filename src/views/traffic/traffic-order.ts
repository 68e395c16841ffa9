import { sorted } from '../list/sorted.ts';
import type { Group } from './traffic-groups.ts';

/** By the id of a column, or of two together. */
const VALUES: Readonly<Record<string, (group: Group) => number | string>> = {
  rate: ({ rate }) => rate,
  rate10: ({ rx10, tx10 }) => rx10 + tx10,
  rate40: ({ rx40, tx40 }) => rx40 + tx40,
  peak: ({ peak }) => peak,
  bytes: ({ rxBytes, txBytes }) => rxBytes + txBytes,
  packets: ({ rxPackets, txPackets }) => rxPackets + txPackets,
  what: ({ id }) => id,
};

const bytesOf = ({ rxBytes, txBytes }: Group): number => rxBytes + txBytes;

export const sortTraffic = (items: Group[], sort: string, descending: boolean): Group[] =>
  sorted(items, VALUES[sort], descending, (a, b) => bytesOf(b) - bytesOf(a) || (a.id < b.id ? -1 : 1));
