import { WIRE_CAUSES, type WireCause, type WireCount, type WireFigures } from '../../model/wire.ts';
import type { InterfaceTraffic, WireMover } from './wire-ledger.ts';
import { figuresSince, framesSince } from './wire-samples.ts';

/** What was counted up to a reset of the totals: it is taken away from what is shown. */
export interface Baseline {
  movers: ReadonlyMap<string, WireMover>;
  interfaces: ReadonlyMap<string, InterfaceTraffic>;
  /** The devices' own counters when the totals before began. */
  began: ReadonlyMap<number, WireCount>;
  lost: { packets: number; bytes: number };
}

export const NO_BASELINE: Baseline = {
  movers: new Map(),
  interfaces: new Map(),
  began: new Map(),
  lost: { packets: 0, bytes: 0 },
};

/** What a process, or a cause, moved since. */
export function movedSince({ movers }: Baseline, key: string, now: WireFigures): WireFigures {
  const before = movers.get(key)?.figures;
  return before ? figuresSince(now, before) : now;
}

/** What passed an interface since. */
export function passedSince({ interfaces }: Baseline, key: string, now: InterfaceTraffic): InterfaceTraffic {
  const before = interfaces.get(key);
  if (!before) return now;
  const causes = WIRE_CAUSES.map((cause) => [cause, framesSince(now.causes[cause], before.causes[cause])]);
  return {
    ...now,
    frames: framesSince(now.frames, before.frames),
    buffers: framesSince(now.buffers, before.buffers),
    attributed: framesSince(now.attributed, before.attributed),
    causes: Object.fromEntries(causes) as Record<WireCause, WireCount>,
  };
}
