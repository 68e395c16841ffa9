import { createInterface } from 'node:readline';
import { type Devices, movedSince, readDevices } from '../../src/machine/interfaces.ts';

/** Tells, for each line that it reads, what the network moved since the one before, as the header has it. */
let before: Devices = readDevices();

process.stdout.write('null\n');
for await (const _ of createInterface(process.stdin)) {
  const now = readDevices();
  process.stdout.write(`${JSON.stringify(movedSince(before, now).network)}\n`);
  before = now;
}
