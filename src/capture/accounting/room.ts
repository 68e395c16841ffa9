import type { BpfObject } from '../../../native/object.ts';
import { openFiles } from '../../machine/limits.ts';

/**
 * Tables that forget what was used least are laid out when they are made: 131,072 entries of each take a tenth of
 * nettop's start, and 33 MB. So they have room for eight times as many sockets as there may be now.
 */
const TABLES = ['owners', 'flows'];
const GROWTH = 8;
const LEAST = 32_768;

/** A power of two. `files`: that are open on the whole machine, as each socket is one; null: not known. */
export function entriesFor(files: number | null, most: number): number {
  let entries = LEAST;
  while (entries < Math.min(most, (files ?? most) * GROWTH)) entries *= 2;
  return Math.min(entries, most);
}

/** Before the load. */
export function makeRoom(object: BpfObject): void {
  const files = openFiles();
  for (const name of TABLES) object.setMaxEntries(name, entriesFor(files, object.map(name).maxEntries));
}
