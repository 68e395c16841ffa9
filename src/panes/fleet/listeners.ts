import { process } from './common.ts';
import type { Figure } from './figure.ts';
import type { FleetSpec } from './spec.ts';

/** A queue of listeners. */
const queue = (id: string, title: string, label: string, metric: string, about: string): Figure => ({
  id,
  title,
  label,
  field: id,
  about,
  unit: 'count',
  priority: id.endsWith('Limit') ? 4 : 2,
  metric,
  kind: 'now',
});

export const listeners: FleetSpec = {
  pane: 'fleet-listeners',
  title: 'Listeners',
  type: 'fleetListener',
  rows: 'listeners',
  rowsOf: 'listeners of hosts',
  about: 'queues of listeners by port, process and machine',
  empty: 'no listener on any machine',
  share: 4,
  slot: 'packets',
  labels: [
    { name: 'port', title: 'PORT', about: 'TCP port; `other`: all that have no series of their own there' },
    process,
  ],
  over: 'port',
  metric: 'nettop_listen_accept_queue',
  figures: [
    queue(
      'acceptQueue',
      'ACCEPTQ',
      'accept queue',
      'nettop_listen_accept_queue',
      'connections that wait for `accept()`',
    ),
    queue(
      'acceptLimit',
      'LIMIT',
      'accept limit',
      'nettop_listen_accept_queue_limit',
      'the most that may wait for `accept()`',
    ),
    queue('synQueue', 'SYNQ', 'SYN queue', 'nettop_listen_syn_queue', 'handshakes under way'),
    queue(
      'synLimit',
      'LIMIT',
      'SYN limit',
      'nettop_listen_syn_queue_limit',
      'the most handshakes that may be under way',
    ),
    {
      id: 'overflowing',
      title: 'OVERFL/s',
      label: 'overflow rate',
      field: 'overflowsPerSecond',
      about: 'SYNs and last steps of handshakes that were not taken, over the window of rates',
      unit: 'perSecond',
      priority: 3,
      metric: 'nettop_listen_overflows_total',
      kind: 'rate',
      tone: 'bad',
    },
    {
      id: 'overflows',
      title: 'OVERFL',
      label: 'overflows',
      field: 'overflows',
      about: 'the same, since `nettop serve` started there',
      unit: 'count',
      priority: 5,
      metric: 'nettop_listen_overflows_total',
      kind: 'now',
    },
  ],
};
