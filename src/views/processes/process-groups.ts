import { historyOf, type Process } from '../../capture/ledger/process.ts';
import { sumFigures } from '../../capture/ledger/wire-samples.ts';
import { grouped } from '../../model/grouped.ts';
import {
  type Container,
  type Group,
  NOTHING_READ,
  type ProcessFacts,
  type ProcessRow,
} from '../../model/process.ts';
import { countConnections } from '../connections/rows.ts';

export type By = Exclude<Group['by'], 'tree'>;

/** A row of several processes, and which. Its history is summed up when it is shown. */
export interface GroupedRow {
  row: Omit<ProcessRow, 'history'>;
  members: Process[];
}

const ID_SHOWN = 12;

/** What a container is called in a list: its name, else the beginning of its id, with the image where it is known. */
export function containerName({ id, name, image }: Container): string {
  const shown = name ?? id?.slice(0, ID_SHOWN) ?? '';
  return image === null ? shown : `${shown} (${image})`;
}

const unread = { key: '?', name: 'ended before it was known' };

/** What is known of processes beyond their traffic. */
export interface Facts {
  about(process: Process): ProcessFacts;
  userName(uid: number): string;
}

interface Known extends Pick<Facts, 'userName'> {
  about: ProcessFacts;
}

/** Each way to put processes together: what tells groups apart, and what they are called. */
const NAMES: Readonly<Record<By, (process: Process, known: Known) => { key: string; name: string }>> = {
  container: (_, { about: { container, read } }) =>
    container
      ? {
          key: container.id ?? `${container.runtime} ${container.name}`,
          name: containerName(container),
        }
      : read
        ? { key: '', name: 'not in a container' }
        : unread,
  unit: (_, { about: { unit, read } }) =>
    unit ? { key: unit, name: unit } : read ? { key: '', name: 'no systemd unit' } : unread,
  user: ({ uid }, { userName }) => ({ key: String(uid), name: userName(uid) }),
  name: ({ process }) => ({ key: process, name: process }),
};

/** What tells the group of a process from others, and what it is called. */
export function groupOf(process: Process, by: By, { about, userName }: Facts): { key: string; name: string } {
  // Traffic without a process has a row for its cause, whatever the others are put together by.
  if (process.pid === 0) return { key: process.key, name: process.process };
  return NAMES[by](process, { about: about(process), userName });
}

/** A row for each group of processes: the sums of what they move. */
export function groupRows(processes: readonly Process[], by: By, facts: Facts): GroupedRow[] {
  const groups = grouped(processes, (process) => groupOf(process, by, facts).key);
  return [...groups].map(([key, members]) => {
    const { name } = groupOf(members[0] as Process, by, facts); // a group has members
    const row = {
      ...sums(members),
      key: `${by}:${key}`,
      pid: 0,
      user: commonUser(members, facts.userName),
      process: name,
    };
    const group = { by, processes: members.length, depth: 0 };
    return { row: { ...row, about: NOTHING_READ, group }, members };
  });
}

function commonUser(members: readonly Process[], userName: Facts['userName']): string {
  const [uid, ...others] = new Set(members.map(({ pid, uid }) => (pid === 0 ? undefined : uid)));
  return uid === undefined || others.length > 0 ? '-' : userName(uid);
}

export function shownRow({ row, members }: GroupedRow): ProcessRow {
  return { ...row, history: sumHistories(members.map(historyOf)) };
}

/** What the processes move together. */
export function sums(
  members: readonly Process[],
): Pick<ProcessRow, 'connections' | 'rxRate' | 'txRate' | 'rxBytes' | 'txBytes' | 'wire'> {
  const sum = (value: (process: Process) => number) => members.reduce((total, one) => total + value(one), 0);
  return {
    connections: sum(countConnections),
    rxRate: sum(({ rxRate }) => rxRate),
    txRate: sum(({ txRate }) => txRate),
    rxBytes: sum(({ rxBytes }) => rxBytes),
    txBytes: sum(({ txBytes }) => txBytes),
    wire: sumFigures(members.flatMap(({ wire }) => wire ?? [])),
  };
}

/** All end at the last tick. */
function sumHistories(histories: readonly number[][]): number[] {
  const length = Math.max(0, ...histories.map((one) => one.length));
  const sum = Array<number>(length).fill(0);
  for (const history of histories) {
    const from = length - history.length;
    history.forEach((rate, at) => {
      sum[from + at] = (sum[from + at] ?? 0) + rate;
    });
  }
  return sum;
}
