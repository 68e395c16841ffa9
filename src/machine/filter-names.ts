import { statfsSync, statSync } from 'node:fs';
import type { Names } from '../filter/value.ts';
import { dropReasons } from './drop-reasons.ts';
import { KnownInterfaces } from './known-interfaces.ts';
import { NAMED_NETNS } from './netns-names.ts';

/** Type of the file system that namespaces are files of: NSFS_MAGIC in include/uapi/linux/magic.h. */
const NSFS = 0x6e736673;

/** Names in a filter, as this machine has them. */
export const filterNames: Names = {
  netns: netnsInode,
  // 0 has a name too (NOT_DROPPED_YET), and every packet that was not dropped has it.
  dropReasons: (pattern) =>
    dropReasons().known
      ? dropReasons()
          .numbers(pattern)
          .filter((reason) => reason > 0)
      : null,
};

const known = new KnownInterfaces();

/** The same for what is typed or given now: an interface has to be there. A filter in force outlives its interface. */
export const typedNames: Names = { ...filterNames, withoutInterface: (name) => known.without(name) };

/** A namespace that went away keeps its number, so that a filter that was in force can be read again. */
const seen = new Map<string, number>();

function netnsInode(name: string): number | null {
  const path = name.includes('/') ? name : `${NAMED_NETNS}/${name}`;
  try {
    if (statfsSync(path).type === NSFS) seen.set(name, statSync(path).ino);
  } catch {
    // there is none (any more), or it may not be looked at
  }
  return seen.get(name) ?? null;
}
