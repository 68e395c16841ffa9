import type { AlertKind } from './kind.ts';
import { conntrackFull } from './kinds/conntrack-full.ts';
import { portsExhausted } from './kinds/ports-exhausted.ts';
import { scanIn } from './kinds/scan-in.ts';
import { scanOut } from './kinds/scan-out.ts';

/** All kinds, for one engine. */
export const newKinds = (): AlertKind[] => [conntrackFull, portsExhausted(), scanIn(), scanOut()];
