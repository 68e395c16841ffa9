import { statfsSync, statSync } from 'node:fs';
import type { Names } from '../filter/value.ts';
import { NAMED_NETNS } from './netns-names.ts';
import { dropReasons } from './reasons.ts';

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

function netnsInode(name: string): number | null {
  const path = name.includes('/') ? name : `${NAMED_NETNS}/${name}`;
  try {
    return statfsSync(path).type === NSFS ? statSync(path).ino : null;
  } catch {
    return null; // there is none, or it may not be looked at
  }
}
