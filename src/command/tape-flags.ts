import type { Flag } from './flag.ts';

/** How much is recorded, and where a replay of it begins. */
export const TAPE_FLAGS: readonly Flag[] = [
  {
    long: 'max-size',
    value: 'SIZE',
    help: 'record: ends when the file has this size, such as 100MB; with --ring, what is kept at most (default 256MB)',
  },
  {
    long: 'ring',
    value: 'TIME',
    help: 'record: keeps the last so much in memory, such as 60s, and writes it when it ends',
  },
  {
    long: 'trigger',
    value: 'RULE',
    help: 'record: ends the ring 10 seconds after this alert begins: a filter, a figure with its limit, and for how long; may be given again',
    repeatable: true,
  },
  {
    long: 'at',
    value: 'TIME',
    help: "replay: begins there: 12:34:56, +30s, '3m ago' (before its end); -t is the same",
  },
];
