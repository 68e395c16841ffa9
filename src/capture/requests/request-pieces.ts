import { u32Bytes } from '../../../native/fields.ts';
import { setKnobs } from '../../../native/knobs.ts';
import type { Mapping } from '../../../native/libc.ts';
import type { Link } from '../../../native/link.ts';
import type { BpfMap } from '../../../native/map.ts';
import { Ring } from '../../../native/ring.ts';
import { codecOf } from '../../abi/layout.ts';
import { sumOverCpus } from '../../abi/per-cpu.ts';
import { PIECE, PIECE_COUNT, WANTED } from '../../abi/request.ts';
import { type Loaded, loadObject } from '../../attach/objects.ts';
import { attachAtRoot } from '../../attach/root-links.ts';
import type { RequestNeeds } from '../../filter/needs.ts';
import { expectMany } from '../../machine/heap.ts';
import type { PieceLoss, RequestFeed } from '../../views/requests/request-feed.ts';
import { type Moment, type Piece, pieceReader } from '../records/piece.ts';
import { ProgressPlaces } from './progress-places.ts';
import { wantedOf } from './wanted.ts';

const PROGRAMS = ['tell_sent', 'tell_received'];
/** Pieces taken in at once. */
const DRAIN_LIMIT = 20_000;
/** Until it is known what is wanted: all kinds of speech are left out. */
const NOTHING_YET = 0xffff_ffff;
/** Bytes of a hello, at most. */
const LONGEST_PIECE = 4096;

export interface RequestPieceOptions {
  /** How the accounting side names sockets. */
  haveCookies: boolean;
  /** Has the accounting side note in a map of struct progress when processes read; null: no more. */
  noteReads?(progress: BpfMap | null): void;
  /** Of the ring: a power of two, whole pages. */
  ringBytes?: number;
  /** Requests per second; 0, and without it, no limit. */
  requestLimit?: number | undefined;
  /** Of these as many as are told however many come; without it the limit is the same then. */
  leastRequests?: number | undefined;
  verbose?: ((line: string) => void) | undefined;
}

/** The programs that tell what sockets say to each other, and their ring. They are attached while somebody looks. */
export class RequestPieces implements RequestFeed {
  private readonly loaded: Loaded;
  private readonly ring: Ring;
  private readonly read: (at: number) => Piece;
  private readonly count;
  private readonly wanted;
  private readonly progressMemory: Mapping;
  private readonly places: ProgressPlaces;
  private links: Link[] = [];
  private notesReads = false;
  private needs: RequestNeeds | null = null;
  private place = 0;
  private namesAlone = false;

  /** Throws a CaptureError where the kernel refuses them, or nettop does not see the root of cgroup v2. */
  constructor(private readonly options: RequestPieceOptions) {
    const { haveCookies, ringBytes, requestLimit, leastRequests, verbose } = options;
    this.loaded = loadObject({
      name: 'requests',
      programs: PROGRAMS,
      required: new Set(PROGRAMS),
      prepare: (object, btf) => {
        setKnobs(object, btf, {
          has_socket_cookie: haveCookies,
          request_ns: apart(requestLimit),
          least_request_ns: apart(leastRequests),
        });
        if (ringBytes !== undefined) object.setMaxEntries('pieces', ringBytes);
      },
      verbose,
    });
    const { object, btf } = this.loaded;
    const pieces = object.map('pieces');
    this.ring = new Ring(pieces.fd, pieces.maxEntries, codecOf(btf, PIECE).size + LONGEST_PIECE);
    const { u8, view } = this.ring.memory;
    this.read = pieceReader(btf, u8, view);
    this.count = codecOf(btf, PIECE_COUNT);
    this.wanted = codecOf(btf, WANTED);
    this.progressMemory = object.map('progress').mapValues();
    this.places = new ProgressPlaces(btf, this.progressMemory.memory);
    this.write({ speeches: NOTHING_YET });
    this.attach();
  }

  start(namesAlone: boolean): void {
    this.namesAlone = namesAlone;
    expectMany(!namesAlone);
    this.tellWanted();
    this.attach();
    this.noteReads(!namesAlone);
  }

  private noteReads(isWanted: boolean): void {
    if (isWanted === this.notesReads) return;
    this.options.noteReads?.(isWanted ? this.loaded.object.map('progress') : null);
    this.notesReads = isWanted;
  }

  private attach(): void {
    if (this.links.length > 0) return;
    this.links = attachAtRoot(this.loaded, PROGRAMS, 'requests cannot be followed');
  }

  pause(): void {
    expectMany(false);
    this.noteReads(false);
    for (const link of this.links) link.destroy();
    this.links = [];
  }

  want(needs: RequestNeeds | null): void {
    this.needs = needs;
    this.tellWanted();
  }

  private tellWanted(): void {
    this.write(wantedOf(this.needs, this.namesAlone));
  }

  private write(wanted: ReturnType<typeof wantedOf>): void {
    const { object } = this.loaded;
    this.place = 1 - this.place;
    object.map('wanted_pieces').write(this.place, this.wanted.bytes(wanted));
    object.map('wanted_place').write(0, u32Bytes(this.place));
  }

  /** Visits what waits in the ring; a piece is valid until the visit returns. Returns how many there were. */
  drain(visit: (piece: Piece) => void): number {
    return this.ring.drain((at) => visit(this.read(at)), DRAIN_LIMIT);
  }

  /** Since the programs were loaded. */
  loss(): PieceLoss {
    const { get } = this.count;
    const sum = sumOverCpus(this.loaded.object.map('piece_counts'));
    const requests = get.requests_lost(sum, 0);
    const queries = get.queries_lost(sum, 0);
    return {
      requests,
      messages: get.messages_lost(sum, 0),
      queries,
      pieces: get.ring_full(sum, 0) - requests - queries,
      unfollowed: get.no_storage(sum, 0),
      heldBack: get.held_back(sum, 0),
      leftOut: get.unwanted(sum, 0),
    };
  }

  progress(cookie: number): Moment | null {
    return this.places.of(cookie);
  }

  stop(): void {
    this.pause();
    this.progressMemory.unmap();
    this.ring.close();
    this.loaded.object.close();
  }
}

/** ns from one to the next of so many a second; 0: no limit. */
const apart = (perSecond = 0): number => (perSecond > 0 ? Math.round(1e9 / perSecond) : 0);
