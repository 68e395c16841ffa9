#!/usr/bin/env node
import './machine/heap.ts';
import { areStacksWanted } from './errors.ts';
import { addressSpaceError } from './machine/limits.ts';

/**
 * The first thing that runs, and small for that. Node.js opens its inspector at SIGUSR1, or if NODE_OPTIONS says
 * so: then any local user could have a process of root run code. A stray SIGUSR1 does nothing here.
 */
process.on('SIGUSR1', () => {});
const { NODE_OPTIONS = '' } = process.env;
if ([NODE_OPTIONS, ...process.execArgv].some((option) => option.includes('--inspect')))
  (await import('node:inspector')).close();
try {
  process.cwd();
} catch {
  process.chdir('/'); // the folder was removed, and some libraries ask for it
}
const limit = addressSpaceError();
if (limit) {
  process.stderr.write(`nettop: ${limit.message}\n        ${limit.hint}\n`);
  process.exit(1);
}
if (areStacksWanted(process.argv)) process.setSourceMapsEnabled(true); // before that which they are of is loaded
await import('./cli.tsx');
