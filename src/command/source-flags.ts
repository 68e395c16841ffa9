import { COMMAND_PANES } from '../panes/registry.ts';
import type { Flag } from './flag.ts';

/** What is looked at, where that is not the running kernel. */
export const SOURCE_FLAGS: readonly Flag[] = [
  {
    long: 'ssh',
    value: 'MACHINE[,MACHINE]',
    help: `${COMMAND_PANES.join(', ')} and the screen: of these machines, in place of this one, by nettop there; needs no root here; --host is the same with a comma or an @`,
  },
  {
    long: 'from',
    value: 'FILE',
    help: `${COMMAND_PANES.join(', ')}, bundle, --batch: of a recording, in place of the running kernel; needs no root`,
  },
];
