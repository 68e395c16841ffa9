import type { Link } from '../../native/link.ts';
import { CaptureError } from '../errors.ts';
import { attachToCgroupRoot, type Loaded, NOT_PERMITTED } from './objects.ts';

/** All of the programs on the root of cgroup v2; throws a CaptureError, which begins with `what`, if one cannot be. */
export function attachAtRoot(loaded: Loaded, programs: readonly string[], what: string): Link[] {
  const links = attachToCgroupRoot(loaded, programs);
  if (links?.size === programs.length) return [...links.values()];
  for (const link of links?.values() ?? []) link.destroy();
  const refused = programs.map((name) => loaded.refused.get(name)).find((reason) => reason !== undefined);
  throw new CaptureError(`${what}: ${refused ?? 'the root of cgroup v2 is not seen'}`, NOT_PERMITTED);
}
