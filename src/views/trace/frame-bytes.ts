import { STATUS } from '../../abi/packet.ts';
import type { CapturedReader } from '../../capture/records/captured.ts';
import { madeFrame } from '../../capture/records/made-frame.ts';
import type { FrameSources } from './frames.ts';
import type { Packets } from './packets.ts';
import type { TraceFeed } from './trace-feed.ts';

/** Where frames have their bytes from: as they were captured, or of a recording anew; null: nobody asked for them. */
export function frameBytes(
  tracer: TraceFeed,
  captured: CapturedReader | null,
  packets: Packets,
): Pick<FrameSources, 'read' | 'lacking'> | null {
  if (captured)
    return {
      read: (number, { length, vlan }) => captured.read(packets.view, packets.open(number), length, vlan),
      lacking: STATUS.hidden,
    };
  if (!tracer.isRecorded) return null;
  return {
    read: (_, event) => madeFrame(event, tracer.name(event.point).function),
    lacking: STATUS.hidden | STATUS.fragment,
  };
}
