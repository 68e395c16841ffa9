import type { Hook } from './model.ts';

/** A kernel function that gets packets, as `nettop functions` lists it. */
export interface FunctionRow {
  function: string;
  /** null: the kernel itself. */
  module: string | null;
  /** Which of its arguments is the packet, from 1. */
  skbArgument: number;
  arguments: number;
  /** How the trace would attach to it here; null: not at all. */
  rung: Hook | null;
  tracepoint: string | null;
  /** Why not, where the reason is the function's own. */
  reason: string | null;
}

/** A traced function, as --debug-func lists it. */
export interface DebugRow {
  function: string;
  hook: Hook | null;
  tracepoint: string | null;
  shownAs: string;
  symbol: string | null;
  /** Hexadecimal; '' where the kernel hides it. */
  address: string;
  hits: number;
  /** First bytes from the network header on, hexadecimal, of the first packets. */
  headers: string[];
}
