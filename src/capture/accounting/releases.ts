import type { Link } from '../../../native/link.ts';
import { attachToCgroupRoot, type Loaded } from '../../attach/objects.ts';

/** See sockets without states made, bound and released, and bind() come to nothing for all. */
const RELEASE = 'on_released';
export const RELEASE_HOOKS = [RELEASE, 'on_made', 'on_bound4', 'on_bound6', 'note_bind4', 'note_bind6'];

/** The programs' links; null: no end of such a socket is seen. */
export function attachReleases(loaded: Loaded): Link[] | null {
  const links = attachToCgroupRoot(loaded, RELEASE_HOOKS);
  if (links?.has(RELEASE)) return [...links.values()];
  for (const link of links?.values() ?? []) link.destroy();
  return null;
}
