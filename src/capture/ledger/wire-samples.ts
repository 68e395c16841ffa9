import { evictOldest } from '../../model/oldest.ts';
import { WIRE_PROTOCOLS, type WireCount, type WireFigures, type WireProtocol } from '../../model/wire.ts';
import type { WireSample } from '../records/wire-record.ts';

export const NO_FRAMES: WireCount = { rxPackets: 0, rxBytes: 0, txPackets: 0, txBytes: 0 };

export function addFrames(a: WireCount, b: WireCount): WireCount {
  return {
    rxPackets: a.rxPackets + b.rxPackets,
    rxBytes: a.rxBytes + b.rxBytes,
    txPackets: a.txPackets + b.txPackets,
    txBytes: a.txBytes + b.txBytes,
  };
}

export function subtractFrames(a: WireCount, b: WireCount): WireCount {
  return {
    rxPackets: a.rxPackets - b.rxPackets,
    rxBytes: a.rxBytes - b.rxBytes,
    txPackets: a.txPackets - b.txPackets,
    txBytes: a.txBytes - b.txBytes,
  };
}

export const leastZero = ({ rxPackets, rxBytes, txPackets, txBytes }: WireCount): WireCount => ({
  rxPackets: Math.max(0, rxPackets),
  rxBytes: Math.max(0, rxBytes),
  txPackets: Math.max(0, txPackets),
  txBytes: Math.max(0, txBytes),
});

export const NO_FIGURES: WireFigures = {
  ...NO_FRAMES,
  rxRate: 0,
  txRate: 0,
  protocols: Object.fromEntries(WIRE_PROTOCOLS.map((name) => [name, NO_FRAMES])) as Record<
    WireProtocol,
    WireCount
  >,
};

const addRates = (a: number | null, b: number | null) => (a === null || b === null ? null : a + b);

function addFigures(a: WireFigures, b: WireFigures): WireFigures {
  const protocols = WIRE_PROTOCOLS.map((name) => [name, addFrames(a.protocols[name], b.protocols[name])]);
  return {
    ...addFrames(a, b),
    rxRate: addRates(a.rxRate, b.rxRate),
    txRate: addRates(a.txRate, b.txRate),
    protocols: Object.fromEntries(protocols) as Record<WireProtocol, WireCount>,
  };
}

/** What was counted since; never below 0, as what had no process may have got one. */
export const framesSince = (now: WireCount, before: WireCount): WireCount =>
  leastZero(subtractFrames(now, before));

/** The rates stay those of now. */
export function figuresSince(now: WireFigures, before: WireFigures): WireFigures {
  const protocols = WIRE_PROTOCOLS.map((name) => [
    name,
    framesSince(now.protocols[name], before.protocols[name]),
  ]);
  return {
    ...framesSince(now, before),
    rxRate: now.rxRate,
    txRate: now.txRate,
    protocols: Object.fromEntries(protocols) as Record<WireProtocol, WireCount>,
  };
}

/** null: there are none. */
export function sumFigures(figures: readonly WireFigures[]): WireFigures | null {
  return figures.length === 0 ? null : figures.reduce(addFigures);
}

/** Samples that left the kernel's maps, summed up by what they are counted by. */
export class Settled {
  private readonly samples = new Map<string, WireSample>();

  /** Beyond `most` the oldest are forgotten; `forgotten` says what they held. */
  constructor(
    private readonly most: number,
    private readonly forgotten: (frames: WireCount) => void,
  ) {}

  add(sample: WireSample): void {
    const { owner, cause, netns, interface: device, protocol, stacked } = sample;
    const key = [owner?.pid, owner?.startNs, cause, netns, device, protocol, stacked].join(' ');
    const known = this.samples.get(key);
    this.samples.set(key, {
      ...sample,
      frames: addFrames(sample.frames, known?.frames ?? NO_FRAMES),
      buffers: addFrames(sample.buffers, known?.buffers ?? NO_FRAMES),
    });
    const oldest = evictOldest(this.samples, this.most);
    if (oldest) this.forgotten(oldest[1].frames);
  }

  forEach(visit: (sample: WireSample) => void): void {
    for (const sample of this.samples.values()) visit(sample);
  }

  clear(): void {
    this.samples.clear();
  }
}

/** Since when an entry of a map has not changed. */
export class Unchanged {
  private seen = new Map<string, { value: string; sinceNs: number }>();

  sinceNs(key: string, value: Buffer, nowNs: number): number {
    const text = value.toString('latin1');
    const known = this.seen.get(key);
    if (known?.value === text) return known.sinceNs;
    this.seen.set(key, { value: text, sinceNs: nowNs });
    return nowNs;
  }

  forget(key: string): void {
    this.seen.delete(key);
  }

  clear(): void {
    this.seen.clear();
  }
}
