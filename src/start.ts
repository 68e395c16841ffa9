#!/usr/bin/env node

/**
 * The first thing that runs, and small for that: it imports nothing of ours by name, as Node.js opens all such files
 * at once, and there may be few descriptors. Node.js opens its inspector at SIGUSR1, or if NODE_OPTIONS says so: then
 * any local user could have a process of root run code. A stray SIGUSR1 does nothing here.
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

function refuse(message: string, hint: string): never {
  process.stderr.write(`nettop: ${message}\n        ${hint}\n`);
  process.exit(1);
}

try {
  await import('./machine/heap.ts');
  const { addressSpaceError } = await import('./machine/limits.ts');
  const limit = addressSpaceError();
  if (limit) refuse(limit.message, limit.hint);
  const { areStacksWanted } = await import('./errors.ts');
  if (areStacksWanted(process.argv)) process.setSourceMapsEnabled(true); // before that which they are of is loaded
  await import('./cli.tsx');
} catch (error) {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'EMFILE' && code !== 'ENFILE') throw error;
  refuse(
    'too many open files: this process may have no more descriptors',
    'raise the limit: ulimit -n 4096, or LimitNOFILE=4096 in a systemd unit',
  );
}

export {};
