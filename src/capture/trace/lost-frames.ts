import { viewOf } from '../../../native/fields.ts';
import { LOST_FRAMES } from '../../abi/captured.ts';
import { codecOf } from '../../abi/layout.ts';
import type { Loaded } from '../../attach/objects.ts';

/** struct lost_frames, as it is now. */
export function readLostFrames({ object, btf }: Pick<Loaded, 'object' | 'btf'>) {
  const { get } = codecOf(btf, LOST_FRAMES);
  const view = viewOf(object.map('lost_frames').read(0));
  return { packets: get.packets(view, 0), events: get.events(view, 0) };
}
