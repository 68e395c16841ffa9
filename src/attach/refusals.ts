import { CaptureError } from '../errors.ts';
import type { Refusal } from '../model/model.ts';
import { sanitize } from '../text/text.ts';

const CONSEQUENCES: Readonly<Record<Refusal['part'], string>> = {
  trace: 'no trace',
  drops: 'no drops',
  wire: 'no bytes on the wire',
  requests: 'no requests',
  names: 'no names that were asked for',
  services: 'no answers of services',
  traffic: 'no traffic by flow',
  texts: 'no text within TLS',
  sources: 'no sources of floods',
  syns: 'no sources of SYNs',
};

/** Parts of nettop that the kernel refused: all else goes on without them, and they are not tried again. */
export class Refusals {
  private readonly found = new Map<Refusal['part'], Refusal>();

  get list(): Refusal[] {
    return [...this.found.values()];
  }

  has(part: Refusal['part']): boolean {
    return this.found.has(part);
  }

  /** What `make` loads; null where the kernel refuses it, or has refused it before. */
  make<T>(part: Refusal['part'], make: () => T): T | null {
    if (this.found.has(part)) return null;
    try {
      return make();
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      const reason = sanitize(`${CONSEQUENCES[part]}: ${error.message}`);
      this.found.set(part, { part, reason, hint: error.hint });
      return null;
    }
  }
}
