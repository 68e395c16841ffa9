import type { PacketRow, PointStatus } from '../model.ts';
import type { Answer, Question } from '../question.ts';

/** What goes into the capture worker. */
export type Request =
  | { type: 'ask'; question: Question }
  /** Send packets as they come. */
  | { type: 'stream' }
  /** A batch of packets was written: another may be sent. */
  | { type: 'written' }
  | { type: 'debug' }
  /** Take a last reading, leave the kernel, end. */
  | { type: 'stop' };

/** What comes out of it. */
export type Reply =
  | { type: 'answer'; answer: Answer }
  | { type: 'packets'; rows: PacketRow[] }
  | { type: 'debug'; functions: DebugFunction[] }
  | { type: 'log'; line: string }
  /** The last reading; nothing of nettop is left in the kernel. */
  | { type: 'stopped'; answer: Answer | null }
  | { type: 'failed'; message: string; hint: string };

export interface DebugFunction extends PointStatus {
  /** Of the function, hexadecimal; '' where the kernel hides it. */
  address: string;
  hits: number;
  /** First bytes from the network header on, hexadecimal, of the first packets. */
  headers: string[];
}

export interface WorkerOptions {
  rateLimit: number;
  ringBytes: number;
  rawHeaders: boolean;
  verbose: boolean;
}
