import { RateClock } from '../../machine/rate-clock.ts';
import {
  type Attribution,
  WIRE_CAUSES,
  type WireCause,
  type WireCount,
  type WireFigures,
} from '../../model/wire.ts';
import type { WireOwner, WireSample } from '../records/wire-record.ts';
import { addFrames, NO_FIGURES, NO_FRAMES } from './wire-samples.ts';

/** What a process, or traffic of one cause that has none, moved on the wire. */
export interface WireMover {
  owner: WireOwner | null;
  cause: WireCause;
  figures: WireFigures;
}

/** What passed an interface. */
export interface InterfaceTraffic {
  index: number;
  netns: number;
  frames: WireCount;
  buffers: WireCount;
  attributed: WireCount;
  causes: Record<WireCause, WireCount>;
}

const byCause = (): Record<WireCause, WireCount> =>
  Object.fromEntries(WIRE_CAUSES.map((name) => [name, NO_FRAMES])) as Record<WireCause, WireCount>;

export const bytesOf = ({ rxBytes, txBytes }: WireCount): number => rxBytes + txBytes;

/** Sums of what the kernel counted, made anew each tick. Times are monotonic, ns. */
export class WireLedger {
  movers = new Map<string, WireMover>();
  interfaces = new Map<string, InterfaceTraffic>();
  /** The same where the time that rates are over begins. */
  private moversBefore = new Map<string, WireMover>();
  private interfacesBefore = new Map<string, InterfaceTraffic>();
  readonly clock = new RateClock();

  restart(nowNs: number): void {
    this.movers = new Map();
    this.interfaces = new Map();
    this.clock.restart(nowNs);
  }

  /** What has less than `enough` seconds has no rate. */
  tick(nowNs: number, enough: number, sweep: (visit: (sample: WireSample) => void) => void): void {
    this.clock.look(nowNs, enough);
    if (!this.clock.isJoined) {
      this.moversBefore = this.movers;
      this.interfacesBefore = this.interfaces;
    }
    this.movers = new Map();
    this.interfaces = new Map();
    sweep((sample) => this.add(sample));
    for (const [key, mover] of this.movers) this.setRates(mover.figures, this.moversBefore.get(key)?.figures);
  }

  /**
   * Of the bytes that passed in the time that rates are over, by nettop's count or by the device's own (null: not known),
   * the greater: what a device counts and nettop did not see has no owner either.
   */
  attribution(now: InterfaceTraffic, deviceBytes: number | null): Attribution {
    const before = this.interfacesBefore.get(`${now.netns} ${now.index}`);
    const counted = bytesOf(now.frames) - (before ? bytesOf(before.frames) : 0);
    const attributed = bytesOf(now.attributed) - (before ? bytesOf(before.attributed) : 0);
    const whole = Math.max(counted, deviceBytes ?? 0);
    const share = whole > 0 ? Math.min(1, Math.max(0, attributed / whole)) : null;
    return { bytesPerSecond: this.rate(deviceBytes ?? counted), share };
  }

  private add(sample: WireSample): void {
    this.addToInterface(sample);
    // A packet that passes a bridge, a bond or a VLAN passes a device below it too: it is the same one.
    if (!sample.stacked) this.addToMover(sample);
  }

  private addToMover({ owner, cause, protocol, frames }: WireSample): void {
    const key = owner ? `${owner.pid}:${owner.startNs}` : cause;
    const mover = this.movers.get(key) ?? { owner, cause, figures: NO_FIGURES };
    const { figures } = mover;
    const protocols = { ...figures.protocols, [protocol]: addFrames(figures.protocols[protocol], frames) };
    mover.figures = { ...figures, ...addFrames(figures, frames), protocols };
    this.movers.set(key, mover);
  }

  private addToInterface({ owner, cause, netns, interface: index, frames, buffers }: WireSample): void {
    const key = `${netns} ${index}`;
    const traffic = this.interfaces.get(key) ?? {
      index,
      netns,
      frames: NO_FRAMES,
      buffers: NO_FRAMES,
      attributed: NO_FRAMES,
      causes: byCause(),
    };
    traffic.frames = addFrames(traffic.frames, frames);
    traffic.buffers = addFrames(traffic.buffers, buffers);
    if (owner) traffic.attributed = addFrames(traffic.attributed, frames);
    else traffic.causes[cause] = addFrames(traffic.causes[cause], frames);
    this.interfaces.set(key, traffic);
  }

  private setRates(figures: WireFigures, before: WireFigures | undefined): void {
    figures.rxRate = this.rate(figures.rxBytes - (before?.rxBytes ?? 0));
    figures.txRate = this.rate(figures.txBytes - (before?.txBytes ?? 0));
  }

  private rate(bytes: number): number | null {
    const { isKnown, wholeSeconds } = this.clock;
    return isKnown ? Math.max(0, bytes) / wholeSeconds : null;
  }
}
