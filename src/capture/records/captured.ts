import { CAPTURED } from '../../abi/captured.ts';
import { codecOf, type Layouts } from '../../abi/layout.ts';
import { PACKET_EVENT, SHAPE } from '../../abi/packet.ts';
import type { FrameRow } from '../../model/frame.ts';

/** What stands behind an event. */
export type Captured = Pick<FrameRow, 'bytes' | 'hasLink' | 'direction'> & {
  /** Bytes before the IP header. */
  linkBytes: number;
  lostPackets: number;
  lostEvents: number;
};

export interface CapturedReader {
  size: number;
  /** Of the event at `base`, whose IP packet is so long; `tag`: the content of its outermost tag. null: no header was read. */
  read(view: DataView, base: number, length: number, tag: number): Captured | null;
}

/** A decoder of struct captured, behind struct packet_event. */
export function capturedReader(btf: Layouts): CapturedReader {
  const { size, get } = codecOf(btf, CAPTURED);
  const behind = codecOf(btf, PACKET_EVENT).size;
  return {
    size,
    read(view, event, length, tag) {
      const base = event + behind;
      const network = get.network(view, base);
      if (network === 0) return null;
      const link = get.link_header(view, base).subarray(0, get.link(view, base));
      const before = link.length === 0 ? link : withTag(link, get.tag(view, base), tag);
      // behind the packet there may be padding
      const header = get.header(view, base).subarray(0, length > 0 ? Math.min(network, length) : network);
      const bytes = new Uint8Array(before.length + header.length);
      bytes.set(before);
      bytes.set(header, before.length);
      return {
        bytes,
        hasLink: link.length > 0,
        linkBytes: before.length,
        direction: directionOf(get.shape(view, base)),
        lostPackets: get.lost_packets(view, base),
        lostEvents: get.lost_events(view, base),
      };
    },
  };
}

/** The tag that stands beside the packet comes back to where it was: behind both addresses. */
function withTag(link: Uint8Array, type: number, content: number): Uint8Array {
  if (type === 0) return link;
  const tagged = new Uint8Array(link.length + 4);
  tagged.set(link.subarray(0, 12));
  tagged.set([type >> 8, type & 255, content >> 8, content & 255], 12);
  tagged.set(link.subarray(12), 16);
  return tagged;
}

function directionOf(shape: number): Captured['direction'] {
  if (shape === SHAPE.receive) return 'in';
  return shape === SHAPE.transmit || shape === SHAPE.output ? 'out' : null;
}
