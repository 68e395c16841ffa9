import type { View } from '../../model/panes.ts';

/** One process that answers at one port of TCP, whatever it speaks. */
export interface ServiceRow {
  key: string;
  /** Owner of the sockets; null: not known. */
  pid: number | null;
  process: string | null;
  user: string | null;
  port: number;
  /** Of the socket that answered last; null: not known. */
  netns: number | null;
  netnsName: string | null;
  /** Since the pane was opened, or the totals began. */
  answers: number;
  /** null: not counted for long enough. */
  perSecond: number | null;
  /** From the last byte that a client said to the first one of the answer. */
  meanUs: number;
  /** So many percent are below; at most an eighth above the true one. */
  p50Us: number;
  p95Us: number;
  p99Us: number;
  /** Answers by their times, shortest first; those where there are none are left out. */
  slots: readonly ServiceSlot[];
}

export interface ServiceSlot {
  belowUs: number;
  answers: number;
}

export interface ServiceInspection {
  row: ServiceRow;
}

export interface ServicesView extends View<ServiceRow> {
  /** All answers, over the last tick; null: not counted for long enough. */
  perSecond: number | null;
  lost: ServicesLoss;
}

/** What is in no row, by cause. */
export interface ServicesLoss {
  /** Answers that found no room in the kernel. */
  answers: number;
  /** Packets of sockets that found no memory to be followed. */
  unfollowed: number;
  /** Services that made room, as they had not answered for longest. */
  evicted: number;
}

declare module '../../model/panes.ts' {
  interface Panes {
    services: PaneTypes<ServiceRow, ServiceInspection, ServicesView>;
  }
}
