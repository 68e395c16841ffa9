import type { Loss, PointStatus, Status } from './model.ts';

/** What the status is made of, at one moment. */
export interface Reading {
  atNs: number;
  points: PointStatus[];
  events: number;
  lost: Loss;
  trace: Status['trace'];
  attaching: Status['attaching'];
  frozenPackets: number;
  filterPlace: Status['filterPlace'];
  wire: Status['wire'];
  warnings: string[];
  refused: Status['refused'];
  alerts: Status['alerts'];
}

export const NOTHING_LOST: Loss = { ringFull: 0, rateLimited: 0, recursionMissed: 0, displayDropped: 0 };

/** Where no source says otherwise. */
export const NO_READING: Reading = {
  atNs: 0,
  points: [],
  events: 0,
  lost: NOTHING_LOST,
  trace: 'off',
  attaching: null,
  frozenPackets: 0,
  filterPlace: 'none',
  wire: null,
  warnings: [],
  refused: [],
  alerts: null,
};
