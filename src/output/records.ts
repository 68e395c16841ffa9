import type { RecordKind } from '../model/record.ts';
import { eventRecord } from '../panes/connections/event-record.ts';
import { eventTotalsRecord, notToldRecord } from '../panes/connections/event-totals-record.ts';
import { connectionRecord } from '../panes/connections/record.ts';
import { dropRecord } from '../panes/drops/record.ts';
import { processRecord } from '../panes/processes/record.ts';
import { interfaceRecord, packetsNotCountedRecord } from '../panes/processes/traffic-record.ts';
import { packetRecord } from '../panes/trace/record.ts';
import { explanationRecord } from './explain.ts';
import { functionRecord } from './function-record.ts';
import { notCountedRecord, summaryRecord } from './summary-record.ts';

/** Every kind of record, in the order of the reference. */
export const RECORDS: readonly RecordKind<never>[] = [
  packetRecord,
  processRecord,
  interfaceRecord,
  packetsNotCountedRecord,
  connectionRecord,
  eventRecord,
  notToldRecord,
  eventTotalsRecord,
  dropRecord,
  notCountedRecord,
  summaryRecord,
  functionRecord,
  explanationRecord,
];
