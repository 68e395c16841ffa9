import type { RecordKind } from '../model/record.ts';
import { COMMAND_PANES, commandOf, FLEET_PANES } from '../panes/registry.ts';
import { explanationRecord } from './explain.ts';
import { functionRecord } from './function-record.ts';
import { summaryRecord } from './summary-record.ts';

/** Every kind of record, in the order of the reference. */
export const RECORDS: readonly RecordKind<never>[] = [
  ...[...COMMAND_PANES, ...FLEET_PANES].flatMap((name) => commandOf(name).records),
  summaryRecord,
  functionRecord,
  explanationRecord,
];
