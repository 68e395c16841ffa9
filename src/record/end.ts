import { setImmediate } from 'node:timers/promises';
import type { Frames } from './file/parser.ts';
import type { RecordingWriter } from './file/writer.ts';
import { Ring, type RingLimits } from './ring.ts';

/** Writes the end of a recording as one, as a ring would have kept it. */
export async function writeEnd(
  recording: { next(): Frames | null },
  limits: RingLimits,
  writer: RecordingWriter,
  ended: AbortSignal,
): Promise<void> {
  const ring = new Ring(limits);
  for (let block = recording.next(); block; block = recording.next()) {
    for (const entry of block.entries) ring.add(entry);
    ring.endFrame();
    await setImmediate();
    ended.throwIfAborted();
  }
  ring.writeTo(writer);
  writer.end();
}
