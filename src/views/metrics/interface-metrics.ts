import type { Machine } from '../../machine/machine.ts';
import { sanitize } from '../../text/text.ts';
import type { MetricBook } from './metric-book.ts';

type Device = ReturnType<Machine['devices']>[number];

const WAYS = [
  ['interfaceReceived', 'rxBytes'],
  ['interfaceTransmitted', 'txBytes'],
  ['interfaceReceivedPackets', 'rxPackets'],
  ['interfaceTransmittedPackets', 'txPackets'],
] as const;

/** What the interfaces of the own network namespace moved since nettop looks, by the kernel's own counters. */
export class InterfaceMetrics {
  private before: ReadonlyMap<number, Device>;

  constructor(
    private readonly book: MetricBook,
    private readonly machine: Pick<Machine, 'devices'>,
  ) {
    this.before = this.read();
  }

  tick(): void {
    const now = this.read();
    for (const [index, device] of now) {
      const was = this.before.get(index);
      const more = (field: (typeof WAYS)[number][1]) => Math.max(0, device[field] - (was?.[field] ?? 0));
      const label = this.book
        .roster('device')
        .label(sanitize(device.name), more('rxBytes') + more('txBytes'));
      for (const [family, field] of WAYS) this.book.of(family).add([label], more(field));
    }
    this.before = now;
  }

  private read(): ReadonlyMap<number, Device> {
    return new Map(this.machine.devices().map((device) => [device.index, device]));
  }
}
