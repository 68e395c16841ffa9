import type { MetricFamily, MetricSeries } from '../model/metrics/metric.ts';

/** What nettop tells of itself. Those of `process` have the names that every exporter gives its own. */
export const OWN_FAMILIES = {
  up: {
    name: 'nettop_up',
    kind: 'gauge',
    help: '1 while the kernel is read: the last time within three intervals.',
    labels: [],
  },
  build: {
    name: 'nettop_build_info',
    kind: 'gauge',
    help: 'What runs, as labels.',
    labels: ['version', 'kernel'],
  },
  interval: {
    name: 'nettop_interval_seconds',
    kind: 'gauge',
    help: 'Time from one reading of the kernel to the next.',
    labels: [],
  },
  warnings: {
    name: 'nettop_warnings',
    kind: 'gauge',
    help: 'What could not be done: --verbose and the screen say what.',
    labels: [],
  },
  cpu: {
    name: 'process_cpu_seconds_total',
    kind: 'counter',
    help: 'CPU time of nettop, of all its threads.',
    labels: [],
  },
  memory: { name: 'process_resident_memory_bytes', kind: 'gauge', help: 'Memory of nettop.', labels: [] },
  start: {
    name: 'process_start_time_seconds',
    kind: 'gauge',
    help: 'When nettop began, since the epoch.',
    labels: [],
  },
} satisfies Record<string, MetricFamily>;

export type OwnFamily = keyof typeof OWN_FAMILIES;

/** What is known from outside of the process. */
export interface Own {
  version: string;
  kernel: string;
  intervalMs: number;
  warnings: number;
  isFresh: boolean;
}

/** The series of one of them now. */
export function ownSeries(family: OwnFamily, own: Own): readonly MetricSeries[] {
  const one = (value: number, labels: string[] = []): MetricSeries[] => [{ labels, value }];
  switch (family) {
    case 'up':
      return one(own.isFresh ? 1 : 0);
    case 'build':
      return one(1, [own.version, own.kernel]);
    case 'interval':
      return one(own.intervalMs / 1000);
    case 'warnings':
      return one(own.warnings);
    case 'cpu': {
      const { user, system } = process.cpuUsage();
      return one((user + system) / 1e6);
    }
    case 'memory':
      return one(process.memoryUsage.rss());
    case 'start':
      return one(performance.timeOrigin / 1000);
  }
}
