import { formatMicroseconds } from '../text/format.ts';
import type { WatchedMachine } from './watched-machine.ts';

/** What there is to say of a machine, as sentences. */
export function notesOf(machine: WatchedMachine): string[] {
  const { name, cause, playback, misunderstood, skew } = machine;
  const { behindUs } = skew;
  if (cause) return [`${name} is not watched${playback ? ' any more' : ''}: ${cause.why}; ${cause.hint}`];
  if (!playback) return [`${name} did not tell of itself yet`];
  if (misunderstood !== null) return [`${name} has no rows: ${misunderstood}`];
  if (behindUs === null) return [];
  const difference = formatMicroseconds(Math.abs(behindUs));
  return [
    `${name}'s clock is ${difference} ${behindUs > 0 ? 'behind' : 'before'} this machine's: its times are its own`,
  ];
}
