import type { Attach } from '../model/model.ts';
import type { Point } from './points.ts';

export interface CaptureOptions {
  attach: Attach;
  /** Packets per second into the trace; 0 for no limit. */
  rateLimit: number;
  /** Requests per second; 0, and without it, no limit. */
  requestLimit?: number | undefined;
  /** Of these as many as are followed however many come; without it the limit is the same then. */
  leastRequests?: number | undefined;
  /** Size of the trace's ring: a power of two, a multiple of the page. */
  ringBytes: number;
  /** Size of the ring of connections' events: the same. */
  eventBytes: number;
  rawHeaders: boolean;
  /** With the first bytes of packets, for capture files. */
  captureFrames?: boolean | undefined;
  /** With the call stack of each event. */
  kernelStack: boolean;
  points: readonly Point[];
  verbose?: ((line: string) => void) | undefined;
}
