import type { Header } from './file/header.ts';
import { RecordingWriter, type Sink } from './file/writer.ts';
import type { Entry } from './log.ts';
import { Ring, type RingLoss } from './ring.ts';

/** Of a ring, where nothing else is said. */
const RING_BYTES = 256e6;

export interface TapeLimits {
  /** Of the whole recording; null: as it comes. */
  bytes: number | null;
  /** So much of its end is kept, in memory, and written when it ends; null: all is written as it comes. */
  ringNs: number | null;
}

export const NO_LIMITS: TapeLimits = { bytes: null, ringNs: null };

/** How a recording stands. */
export interface Recorded {
  /** Written, or kept. */
  bytes: number;
  /** It has all the bytes that it may have. */
  isFull: boolean;
  /** Of what is written; monotonic, ns. null: there is nothing. */
  span: { fromNs: number; untilNs: number } | null;
  lost: RingLoss | null;
}

/** Where the entries of a run go. */
export interface Tape {
  add(entry: Entry): void;
  endFrame(): void;
  /** Of a ring: what is there stays. */
  freeze(): void;
  end(): void;
  state(): Recorded;
}

export function newTape(header: Header, sink: Sink, { bytes, ringNs }: TapeLimits): Tape {
  return ringNs === null
    ? straight(new RecordingWriter(header, sink, bytes ?? Number.POSITIVE_INFINITY))
    : kept(new Ring({ ns: ringNs, bytes: bytes ?? RING_BYTES }), () => new RecordingWriter(header, sink));
}

function straight(writer: RecordingWriter): Tape {
  return {
    add: (entry) => writer.add(entry),
    endFrame: () => writer.endFrame(),
    freeze: () => {},
    end: () => writer.end(),
    state: () => ({ bytes: writer.size, isFull: writer.isFull, span: writer.span, lost: null }),
  };
}

function kept(ring: Ring, begin: () => RecordingWriter): Tape {
  let written: RecordingWriter | null = null;
  return {
    add: (entry) => ring.add(entry),
    endFrame: () => ring.endFrame(),
    freeze: () => ring.freeze(),
    end() {
      written = begin();
      ring.writeTo(written);
      written.end();
    },
    state: () => ({
      bytes: written?.size ?? ring.size,
      isFull: false,
      span: written?.span ?? null,
      lost: ring.lost,
    }),
  };
}
