/**
 * What a recording is made of: at each, what reads the kernel was asked once, and what it told follows. `reading`:
 * what waits in rings; `survey`: what takes too long for a tick; `tick`: all that is counted.
 */
export const FRAMES = ['reading', 'survey', 'tick'] as const;
export type FrameKind = (typeof FRAMES)[number];
export const isFrame = (kind: string): kind is FrameKind => (FRAMES as readonly string[]).includes(kind);

/** Of a tick: nothing is left for a later one. */
export interface TickFrame {
  last: boolean;
}
