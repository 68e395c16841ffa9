import type { Btf } from '../../../native/btf.ts';
import { viewOf } from '../../../native/fields.ts';
import { codecOf } from '../../abi/layout.ts';
import { RAW_HEADER } from '../../abi/packet.ts';
import type { Attachment } from '../../attach/plan.ts';
import type { PointCount } from '../records/point-count.ts';
import type { Tracer } from './tracer.ts';

/** What --debug-func shows of a tracer, by point. */
export interface TracerDebug {
  counts: PointCount[];
  /** The first bytes of packets, those of each point in a row; none where no more came. */
  rawHeaders: Buffer[];
  attachments: readonly Attachment[];
}

/** Of no tracer nothing. */
export function debugOf(tracer: Tracer | null): TracerDebug {
  return {
    counts: tracer?.counts() ?? [],
    rawHeaders: tracer?.rawHeaders().map(rawHeaderReader(tracer.loaded.btf)) ?? [],
    attachments: tracer?.attachments ?? [],
  };
}

/** What struct raw_header holds. */
export function rawHeaderReader(btf: Btf): (raw: Buffer) => Buffer {
  const { at, get } = codecOf(btf, RAW_HEADER);
  return (raw) => raw.subarray(at.bytes, at.bytes + get.length(viewOf(raw), 0));
}
