import type { AlertKind } from './kind.ts';
import { amplification } from './kinds/amplification.ts';
import { conntrackFull } from './kinds/conntrack-full.ts';
import { listenerTroubles } from './kinds/listener-troubles.ts';
import { neighboursFull } from './kinds/neighbours-full.ts';
import { packetFlood } from './kinds/packet-flood.ts';
import { portsExhausted } from './kinds/ports-exhausted.ts';
import { receiveBufferFull } from './kinds/receive-buffer-full.ts';
import { retransmissions } from './kinds/retransmissions.ts';
import { scanIn } from './kinds/scan-in.ts';
import { scanOut } from './kinds/scan-out.ts';
import { timeWaitFull } from './kinds/time-wait-full.ts';
import { type AlertRule, ruleKind } from './rule.ts';

/** All kinds, for one engine, with the user's own rules. */
export const newKinds = (rules: readonly AlertRule[] = []): AlertKind[] => [
  conntrackFull,
  portsExhausted(),
  scanIn(),
  scanOut(),
  packetFlood(),
  amplification(),
  ...listenerTroubles,
  timeWaitFull,
  neighboursFull,
  receiveBufferFull(),
  retransmissions(),
  ...rules.map(ruleKind),
];
