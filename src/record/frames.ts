/**
 * What a recording is made of: at each, what reads the kernel was asked once, and what it told follows. `reading`:
 * what waits in rings; `survey`: what takes too long for a tick; `tick`: all that is counted; `base`: the same, of what
 * was counted before the recording begins, where it is the end of a longer one.
 */
export const FRAMES = ['reading', 'survey', 'tick', 'base'] as const;
export type FrameKind = (typeof FRAMES)[number];
export const isFrame = (kind: string): kind is FrameKind => (FRAMES as readonly string[]).includes(kind);
export const BASE = 'base' satisfies FrameKind;

/** Of a tick: nothing is left for a later one. */
export interface TickFrame {
  last: boolean;
}
