import type { FleetPaneName } from '../../model/panes.ts';
import { alerts } from './alerts.ts';
import { drops } from './drops.ts';
import { hosts } from './hosts.ts';
import { listeners } from './listeners.ts';
import { processes } from './processes.ts';
import type { FleetSpec } from './spec.ts';

/** Every pane of a fleet, in the order of their keys. */
export const FLEET_SPECS: Readonly<Record<FleetPaneName, FleetSpec>> = {
  'fleet-hosts': hosts,
  'fleet-processes': processes,
  'fleet-drops': drops,
  'fleet-listeners': listeners,
  'fleet-alerts': alerts,
};
