import type { Figure } from './figure.ts';
import type { FleetLabel } from './spec.ts';

const rate = (id: 'rxRate' | 'txRate', metric: string): Figure => ({
  id,
  title: id === 'rxRate' ? 'RX/s' : 'TX/s',
  label: id === 'rxRate' ? 'receive rate' : 'transmit rate',
  field: id === 'rxRate' ? 'receiveBytesPerSecond' : 'transmitBytesPerSecond',
  about: 'payload, over the window of rates',
  unit: 'bytesPerSecond',
  priority: id === 'rxRate' ? 1 : 2,
  metric,
  kind: 'rate',
  tone: id === 'rxRate' ? 'receive' : 'transmit',
});

const bytes = (id: 'rxBytes' | 'txBytes', metric: string): Figure => ({
  id,
  title: id === 'rxBytes' ? 'RX' : 'TX',
  label: id === 'rxBytes' ? 'received' : 'transmitted',
  field: id === 'rxBytes' ? 'receiveBytes' : 'transmitBytes',
  about: 'payload since `nettop serve` started there',
  unit: 'bytes',
  priority: id === 'rxBytes' ? 8 : 9,
  isExtra: true,
  metric,
  kind: 'now',
});

export const traffic = (of: string): [Figure, ...Figure[]] => [
  rate('rxRate', `nettop_${of}receive_bytes_total`),
  rate('txRate', `nettop_${of}transmit_bytes_total`),
];

export const totals = (of: string): Figure[] => [
  bytes('rxBytes', `nettop_${of}receive_bytes_total`),
  bytes('txBytes', `nettop_${of}transmit_bytes_total`),
];

export const failed: Figure = {
  id: 'failed',
  title: 'FAILED',
  label: 'failed connects',
  field: 'failedConnectsPerSecond',
  about: 'attempts to connect that came to nothing, over the window of rates',
  unit: 'perSecond',
  priority: 4,
  metric: 'nettop_tcp_connects_total',
  kind: 'rate',
  where: 'result!="ok"',
  tone: 'bad',
};

export const retransmits = (id: string, title: string, about: string, where?: string): Figure => ({
  id,
  title,
  label: id === 'retransmits' ? id : `retransmits, ${id}`,
  field: `${id === 'retransmits' ? id : `${id}Retransmits`}PerSecond`,
  about,
  unit: 'perSecond',
  priority: 5,
  metric: 'nettop_tcp_retransmits_total',
  kind: 'rate',
  ...(where && { where }),
  tone: 'caution',
});

export const process: FleetLabel = {
  name: 'process',
  title: 'PROCESS',
  about: 'its name; `other`: all that have no series of their own there',
};
