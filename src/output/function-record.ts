import type { FunctionRow } from '../model/function.ts';
import { number, type RecordKind, string } from '../model/record.ts';

/** A kernel function that gets packets. */
export const functionRecord: RecordKind<FunctionRow> = {
  type: 'function',
  about: '`nettop functions`',
  fields: [
    string(
      'function',
      (row) => row.function,
      'kernel function with a packet (`struct sk_buff *`) among its first five arguments',
    ),
    string('module', (row) => row.module, 'kernel module that it is in', 'the kernel itself'),
    number(
      'skbArgument',
      (row) => row.skbArgument,
      'which of its arguments is the packet, from 1, and how many it has',
    ),
    number(
      'arguments',
      (row) => row.arguments,
      'which of its arguments is the packet, from 1, and how many it has',
    ),
    string(
      'rung',
      (row) => row.rung,
      'how the trace would attach to it here: `"fentry"`, `"kprobe-multi"`, `"kprobe"` or `"tracepoint"`',
      'not at all',
    ),
    string('tracepoint', (row) => row.tracepoint, 'the tracepoint, where that is the rung', 'elsewhere'),
    string('reason', (row) => row.reason, "why not, where the reason is the function's own", 'elsewhere'),
  ],
};
