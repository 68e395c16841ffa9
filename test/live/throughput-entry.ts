import { createInterface } from 'node:readline';
import { readLinks } from '../../native/links.ts';
import { byIndex, type Devices, movedSince } from '../../src/machine/interfaces.ts';

/** Tells, for each line that it reads, what the network moved since the one before, as the header has it. */
let before: Devices = byIndex(readLinks());

process.stdout.write('null\n');
for await (const _ of createInterface(process.stdin)) {
  const now = byIndex(readLinks());
  process.stdout.write(`${JSON.stringify(movedSince(before, now).network)}\n`);
  before = now;
}
