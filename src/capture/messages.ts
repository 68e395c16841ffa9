import type { Point } from '../attach/points.ts';
import type { DebugRow } from '../model/function.ts';
import type { LineStyle, Piece } from '../model/lines.ts';
import type { Attach } from '../model/model.ts';
import type { Answer, Question } from '../model/question.ts';
import type { Streams } from '../model/source.ts';
import type { Header } from '../record/file/header.ts';
import type { Recorded, TapeLimits } from '../record/tape.ts';
import type { Failure } from './failure.ts';

/** What goes into the capture worker. */
export type Request =
  | { type: 'ask'; question: Question }
  /** Send rows as they come; with a style as lines. */
  | { type: 'stream'; style?: LineStyle }
  /** A batch of them was written: another may be sent. */
  | { type: 'written' }
  | { type: 'debug' }
  /** The answer was taken in: another may be sent. */
  | { type: 'shown' }
  /** Take a last reading, hand out what is left, leave the kernel, end. */
  | { type: 'stop' }
  /** Hand out no more: what is left is lost, and counted. */
  | { type: 'abandon' };

/** What comes out of it. */
export type Reply =
  | { type: 'answer'; answer: Answer }
  | { [Name in keyof Streams]: { type: 'rows'; of: Name; rows: Streams[Name] } }[keyof Streams]
  | { type: 'lines'; pieces: Piece[] }
  | { type: 'debug'; functions: DebugRow[] }
  | { type: 'log'; line: string }
  /** The last reading; nothing of nettop is left in the kernel. */
  | { type: 'stopped'; answer: Answer | null }
  | { type: 'failed'; failure: Failure }
  | { type: 'recorded'; recorded: Recorded };

export interface WorkerOptions {
  attach: Attach;
  rateLimit: number;
  requestLimit?: number | undefined;
  leastRequests?: number | undefined;
  ringBytes: number;
  eventBytes: number;
  rawHeaders: boolean;
  /** With the first bytes of packets, for capture files. */
  captureFrames?: boolean | undefined;
  kernelStack: boolean;
  /** Functions to trace. */
  points: readonly Point[];
  verbose: boolean;
  /** What is read is written there, and nothing is shown. */
  recording?: {
    fd: number;
    header: Header;
    limits: TapeLimits;
    triggers?: readonly string[];
    /** Of a WriteState. */
    written?: SharedArrayBuffer;
  };
}
