import { readFileSync } from 'node:fs';

/** What the kernel drew by lot when it started, which tells that run of it from all others; null: it does not say. */
export function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return null;
  }
}
