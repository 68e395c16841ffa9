import { existsSync } from 'node:fs';
import { viewOf } from '../../../native/fields.ts';
import type { KernelTypes } from '../../../native/kernel.ts';
import { setKnobs } from '../../../native/knobs.ts';
import type { Link } from '../../../native/link.ts';
import type { BpfMap } from '../../../native/map.ts';
import { Ring } from '../../../native/ring.ts';
import { attachUprobe } from '../../../native/uprobe.ts';
import { codecOf } from '../../abi/layout.ts';
import { sumOverCpus } from '../../abi/per-cpu.ts';
import { CALL_KEY, TEXT_COUNT, TEXT_PIECE } from '../../abi/plaintext.ts';
import { hasCallLengths } from '../../attach/kernel-differences.ts';
import { attachRequired, type Loaded, loadObject } from '../../attach/objects.ts';
import { sanitize } from '../../text/text.ts';
import type { Chosen, TextFeed, TextLoss } from '../../views/requests/text-feed.ts';
import { type TextPiece, textReader } from '../records/text-piece.ts';
import { type TextFile, TextFiles } from './text-files.ts';
import { TEXT_FUNCTIONS } from './text-functions.ts';

const JOIN = ['join_sent', 'join_received'];
const JOIN_BY_FEXIT = ['join_inet_sendmsg', 'join_inet6_sendmsg', 'join_inet_recvmsg', 'join_inet6_recvmsg'];
const DRAIN_LIMIT = 20_000;
/** Of frames of HTTP/2. */
const LONGEST_TEXT = 4096;

export interface TextPieceOptions {
  owners: BpfMap;
  flows: BpfMap;
  haveCookies: boolean;
  types: KernelTypes;
  verbose?: ((line: string) => void) | undefined;
}

/** The programs that tell text within TLS, on the functions of libraries. They are attached while somebody asks for it. */
export class TextPieces implements TextFeed {
  private readonly loaded: Loaded;
  private readonly ring: Ring;
  private readonly read: (at: number) => TextPiece;
  private readonly count;
  private readonly callKey;
  private readonly files = new TextFiles();
  private readonly tracing: string[];
  private links: Link[] = [];
  private attached = 0;
  refused: string | null = null;

  /** Throws a CaptureError where the kernel refuses a program. */
  constructor({ owners, flows, haveCookies, types, verbose }: TextPieceOptions) {
    this.tracing = ['forget_call', ...(hasCallLengths(types) ? JOIN : JOIN_BY_FEXIT)];
    const probes = TEXT_FUNCTIONS.flatMap(({ enter, leave }) => (leave ? [enter, leave] : [enter]));
    const programs = new Set([...this.tracing, ...probes]);
    this.loaded = loadObject({
      name: 'plaintext',
      programs,
      required: programs,
      prepare: (object, btf) => {
        setKnobs(object, btf, { has_socket_cookie: haveCookies });
        object.share(owners);
        object.share(flows);
      },
      verbose,
    });
    const { object, btf } = this.loaded;
    const texts = object.map('texts');
    this.ring = new Ring(texts.fd, texts.maxEntries, codecOf(btf, TEXT_PIECE).size + LONGEST_TEXT);
    const { u8, view } = this.ring.memory;
    this.read = textReader(btf, u8, view);
    this.count = codecOf(btf, TEXT_COUNT);
    this.callKey = codecOf(btf, CALL_KEY);
    this.start();
  }

  /** How many files are watched. */
  get watched(): number {
    return this.attached;
  }

  /** Watches what is chosen, and not watched yet. */
  watch(chosen: Chosen, nowNs: number): void {
    this.start();
    this.forgetEnded();
    for (const file of this.files.find(chosen, nowNs)) this.attach(file);
  }

  expect(program: string): void {
    for (const file of this.files.expected(program)) this.attach(file);
  }

  invisible(pid: number): string | null {
    return this.files.invisible(pid);
  }

  pause(): void {
    for (const link of this.links.reverse()) link.destroy();
    this.links = [];
    this.attached = 0;
    this.files.forget();
    this.forgetCalls();
    const sessions = this.loaded.object.map('sessions'); // what they say meanwhile is not seen
    for (const key of keysOf(sessions)) sessions.remove(key);
  }

  drain(visit: (piece: TextPiece) => void): number {
    return this.ring.drain((at) => visit(this.read(at)), DRAIN_LIMIT);
  }

  loss(): TextLoss {
    const sum = sumOverCpus(this.loaded.object.map('text_counts'));
    return { pieces: this.count.get.ring_full(sum, 0), calls: this.count.get.calls_full(sum, 0) };
  }

  stop(): void {
    this.pause();
    this.ring.close();
    this.loaded.object.close();
  }

  private start(): void {
    if (this.links.length === 0) this.links = [...attachRequired(this.loaded, this.tracing).values()];
  }

  /** Goroutines go without a word when their process ends. */
  private forgetEnded(): void {
    const processes = this.loaded.object.map('go_processes');
    const ended = new Set<number>();
    for (const key of keysOf(processes)) {
      const pid = viewOf(key).getUint32(0, true);
      if (existsSync(`/proc/${pid}`)) continue;
      ended.add(pid);
      processes.remove(key);
    }
    if (ended.size > 0) this.forgetCalls((process) => ended.has(process));
  }

  /** Those whose return is not seen: later ones would be taken for calls within them. Of threads the process is 0. */
  private forgetCalls(isGone: (process: number) => boolean = () => true): void {
    const calls = this.loaded.object.map('calls');
    for (const key of keysOf(calls)) if (isGone(this.callKey.get.process(viewOf(key), 0))) calls.remove(key);
  }

  /** Returns first, so that no call is seen to begin whose end is not. */
  private attach({ path, name: file, functions, pid }: TextFile): void {
    const { object } = this.loaded;
    try {
      for (const { name, enter, leave } of TEXT_FUNCTIONS) {
        const place = functions.get(name);
        if (!place) continue;
        const probe = (program: string, offset: number, atReturn: boolean) =>
          this.links.push(attachUprobe(object, program, { file: path, pid, offset, atReturn }));
        if (leave)
          if (place.returns.length > 0) for (const offset of place.returns) probe(leave, offset, false);
          else probe(leave, place.offset, true);
        probe(enter, place.offset, false);
      }
      this.attached++;
    } catch (error) {
      if (pid === null || existsSync(`/proc/${pid}`))
        this.refused = `${sanitize(file)}: ${(error as Error).message}`;
    }
  }
}

function keysOf(map: BpfMap): Buffer[] {
  const keys: Buffer[] = [];
  map.forEach((key) => void keys.push(Buffer.from(key)));
  return keys;
}
