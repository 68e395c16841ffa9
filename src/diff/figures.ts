/** What two recordings are compared by: a figure of each thing. */
export interface Figure {
  /** As in JSON, with its unit. */
  name: string;
  title: string;
  /** Of a sum more comes in a longer time; a level is what it is. */
  kind: 'sum' | 'level';
  unit: 'bytes' | 'microseconds' | 'things';
}

const sum = (name: string, title: string, unit: Figure['unit'] = 'things'): Figure => ({
  name,
  title,
  kind: 'sum',
  unit,
});
const level = (name: string, title: string): Figure => ({
  name,
  title,
  kind: 'level',
  unit: 'microseconds',
});

const SENT = sum('transmitBytes', 'SENT', 'bytes');
const RECEIVED = sum('receiveBytes', 'RECEIVED', 'bytes');
const SPREAD = [
  level('p50Microseconds', 'P50'),
  level('p95Microseconds', 'P95'),
  level('p99Microseconds', 'P99'),
];
const WAITED = sum('waitedMicroseconds', 'WAITED', 'microseconds');

/** Each part of a comparison, and what its things are put in order by: the change of these sums together. */
export const PARTS = {
  processes: { title: 'PROCESS', order: ['transmitBytes', 'receiveBytes'], figures: [SENT, RECEIVED] },
  connections: {
    title: 'CONNECTIONS',
    order: ['transmitBytes', 'receiveBytes'],
    figures: [
      sum('connections', 'COUNT'),
      sum('failed', 'FAILED'),
      sum('retransmits', 'RETRANS'),
      level('connectMicroseconds', 'CONNECT'),
      SENT,
      RECEIVED,
    ],
  },
  requests: {
    title: 'REQUESTS',
    order: ['waitedMicroseconds'],
    figures: [sum('requests', 'COUNT'), sum('errors', 'ERRORS'), ...SPREAD, WAITED],
  },
  services: {
    title: 'SERVICE',
    order: ['waitedMicroseconds'],
    figures: [sum('answers', 'ANSWERS'), ...SPREAD, WAITED],
  },
  drops: { title: 'DROPS', order: ['drops'], figures: [sum('drops', 'DROPS')] },
} as const satisfies Record<string, { title: string; order: readonly string[]; figures: readonly Figure[] }>;

export type Part = keyof typeof PARTS;
export const PART_NAMES = Object.keys(PARTS) as Part[];

/** By the names of the figures; null: there is nothing that it could be measured of. */
export type Figures = Readonly<Record<string, number | null>>;
