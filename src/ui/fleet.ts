import { FLEET_PANES } from '../panes/registry.ts';
import type { Command } from './command.ts';
import type { UiState } from './state.ts';

/** What a fleet's panes have nothing for: it is asked of a machine itself. */
const OF_A_MACHINE: readonly (Command | null)[] = [
  'freeze',
  'follow',
  'mark',
  'names',
  'ports',
  'histograms',
  'copy',
  'closed',
  'wire',
  'scale',
  'reset',
  'restore',
];

const isFleet = ({ focus }: Pick<UiState, 'focus'>): boolean => FLEET_PANES.some((name) => name === focus);

/** Whether a command means nothing on this screen. */
export function isElsewhere(state: Pick<UiState, 'focus'>, command: Command | null): boolean {
  return isFleet(state) && OF_A_MACHINE.includes(command);
}
