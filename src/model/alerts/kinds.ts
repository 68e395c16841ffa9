import type { AlertKind } from './kind.ts';
import { conntrackFull } from './kinds/conntrack-full.ts';
import { portsExhausted } from './kinds/ports-exhausted.ts';

/** All kinds, for one engine. */
export const newKinds = (): AlertKind[] => [conntrackFull, portsExhausted()];
