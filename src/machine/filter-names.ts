import { statfsSync, statSync } from 'node:fs';
import type { Names } from '../filter/value.ts';
import { KnownInterfaces } from './known-interfaces.ts';
import type { Machine } from './machine.ts';
import { NAMED_NETNS } from './netns-names.ts';

/** Type of the file system that namespaces are files of: NSFS_MAGIC in include/uapi/linux/magic.h. */
const NSFS = 0x6e736673;

/** Names in a filter, as this machine has them when it is typed or given: an interface has to be there. */
export function filterNames(machine: Pick<Machine, 'dropReasons'>): Names {
  const known = new KnownInterfaces();
  return {
    netns: netnsInode,
    dropReasons: (pattern) => machine.dropReasons(pattern),
    withoutInterface: (name) => known.without(name),
    withoutMachine: () => [],
  };
}

function netnsInode(name: string): number | null {
  const path = name.includes('/') ? name : `${NAMED_NETNS}/${name}`;
  try {
    return statfsSync(path).type === NSFS ? statSync(path).ino : null;
  } catch {
    return null; // there is none (any more), or it may not be looked at
  }
}
