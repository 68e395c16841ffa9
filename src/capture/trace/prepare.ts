import type { Btf } from '../../../native/btf.ts';
import { setKnobs } from '../../../native/knobs.ts';
import type { BpfObject } from '../../../native/object.ts';
import { RAW_HEADERS, STACKS } from '../../abi/packet.ts';
import { hasDropReason } from '../../attach/kernel-differences.ts';
import { type Attachment, programsOf } from '../../attach/plan.ts';
import { POINTS, symbolOf } from '../../attach/points.ts';
import { prepareVerdicts } from '../../attach/verdict-points.ts';
import type { TracerOptions } from './tracer.ts';

/** Before the load: what is shared, how large maps are, and what the programs are told. */
export function prepareTrace(
  object: BpfObject,
  btf: Btf,
  options: TracerOptions,
  attachments: readonly Attachment[],
): void {
  const { haveCookies, rawHeaders, captureFrames = false, kernelStack, allowed, points, types } = options;
  object.share(options.owners);
  object.share(options.flows);
  object.setMaxEntries('ring', options.ringBytes);
  const numbers = POINTS + points.length;
  for (const map of ['counts', 'functions']) object.setMaxEntries(map, numbers);
  const isByFentry = attachments.some(({ rung }) => rung?.hook === 'fentry');
  object.setMaxEntries('packets', isByFentry ? numbers : POINTS);
  if (kernelStack) object.setMaxEntries('stacks', STACKS);
  if (rawHeaders) object.setMaxEntries('raw_headers', numbers * RAW_HEADERS);
  if (!allowed.attachCookies) object.setMaxEntries('addresses', 2 * points.length);
  for (const { rung, point } of attachments)
    if (rung?.hook === 'fentry')
      for (const program of programsOf(rung)) object.setAttachTarget(program, symbolOf(point));
  setKnobs(object, btf, {
    ...prepareVerdicts(object, points, types),
    has_drop_reason: hasDropReason(types),
    has_socket_cookie: haveCookies,
    has_attach_cookie: allowed.attachCookies,
    keep_raw_headers: rawHeaders,
    keep_captured: captureFrames,
    keep_stacks: kernelStack,
  });
}
