import type { Term } from './term.ts';
import { machineNamed } from './value.ts';

/** Where several machines are watched. Which rows it is about is decided before any of them is asked. */
export const MACHINE_TERM = {
  kind: 'text',
  words: ['machine'],
  fields: ['machine'],
  lacking: 'machines',
  match: 'pattern',
  read: machineNamed,
  rows: ['packets', 'sockets', 'requests', 'traffic', 'services', 'alerts'],
  help: [
    [
      '`machine NAME`',
      'with `--ssh`, rows of that machine, by the name that it has there; a pattern of the whole, in any case',
    ],
  ],
} as const satisfies Term;
