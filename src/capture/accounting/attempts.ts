import type { Link } from '../../../native/link.ts';
import { attachAll, attachToCgroupRoot, type Loaded } from '../../attach/objects.ts';
import type { RunningKernel } from '../../attach/running-kernel.ts';

/** See connect() return. */
const EXITS = ['exit_tcp_v4_connect', 'exit_tcp_v6_connect'];
/** See it begin: that it came to nothing is known when its socket is gone or connects anew, and not why. */
const BEGINNINGS = ['note_connect4', 'note_connect6'];

/** The programs that see connect() come to nothing before its SYN. */
export function attemptHooks(kernel: RunningKernel): string[] {
  const { types } = kernel;
  const canFollow = types.hasFunction('tcp_v4_connect') && types.hasFunction('tcp_v6_connect');
  return canFollow && kernel.refusal('fentry') === null ? EXITS : BEGINNINGS;
}

/** Attaches them; where the root of cgroup v2 is not seen, none. */
export function attachAttempts(loaded: Loaded, hooks: readonly string[]): Map<string, Link> {
  if (hooks === EXITS) return attachAll(loaded, hooks);
  return attachToCgroupRoot(loaded, hooks) ?? new Map();
}
