import type { Command, Place } from './command.ts';
import { type Key, keys } from './keys.ts';
import { overlayKeys } from './overlay-keys.ts';
import { playKeys } from './play.ts';
import { promptKeys } from './prompt-keys.ts';

/** Every key of nettop, by what has the keys. */
export const KEYS: Readonly<Record<Place, readonly Key[]>> = {
  panes: keys,
  overlay: overlayKeys,
  prompt: promptKeys,
  play: playKeys,
};

export interface Bound {
  command: Command;
  /** Which of the command's keys it is, from 1. */
  number: number;
}

const byName: Readonly<Record<Place, ReadonlyMap<string, Bound>>> = {
  panes: bound(KEYS.panes),
  overlay: bound(KEYS.overlay),
  prompt: bound(KEYS.prompt),
  play: bound(KEYS.play),
};

function bound(table: readonly Key[]): ReadonlyMap<string, Bound> {
  return new Map(
    table.flatMap(({ command, keys: names }) =>
      names.map((name, index) => [name, { command, number: index + 1 }] as const),
    ),
  );
}

/** What a key means; undefined for one without a meaning there. */
export function boundTo(place: Place, name: string): Bound | undefined {
  return byName[place].get(name);
}
