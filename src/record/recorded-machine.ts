import type { Machine } from '../machine/machine.ts';
import { unnamedRule } from '../model/dropping-rule.ts';
import type { Player } from './player.ts';

/** The machine of a record: what was not asked then is not known. */
export function recordedMachine(player: Player): Machine {
  return player.answering<Machine>('machine', {
    userName: String,
    symbol: (address) => `0x${address.toString(16)}`,
    interfaceName: (index) => (index === 0 ? '' : `#${index}`),
    dropReasons: () => null,
    devices: () => [],
    warnings: () => [],
    hasAddress: () => false,
    ownSide: () => null,
    routeError: () => 0,
    droppingRule: () => null,
    ruleByHandle: (_netns, _table, handle) => unnamedRule(handle),
    programTimes: () => null,
    container: (container) => container,
  });
}
