import type { Options } from '../command/options.ts';

/** What a command does; resolves to the exit code. `argv`: as it was typed. */
export type Action = (options: Options, argv: string[]) => Promise<number>;

const print = () => import('./print.ts');

/** By the command's name: each loads what it needs, and no other. Those of the panes, the screen and --debug-func read the kernel. */
const ACTIONS: Partial<Record<Options['command'], () => Promise<Action>>> = {
  help: async () => (await print()).help,
  version: async () => (await print()).version,
  explain: async () => (await print()).explain,
  functions: async () => (await print()).functions,
  doctor: async () => (await print()).doctor,
  serve: async () => (await import('./serve.ts')).serve,
  record: async () => (await import('./record.ts')).record,
  replay: async () => (await import('./replay.ts')).replay,
  bundle: async () => (await import('./bundle.ts')).bundle,
  fleet: async () => (await import('./fleet.ts')).fleet,
  diff: async () => (await import('./diff.ts')).diff,
  run: async () => (await import('./run.ts')).run,
};

const capture = async (): Promise<Action> => (await import('./capture.ts')).capture;

export const actionOf = (command: Options['command']): Promise<Action> => (ACTIONS[command] ?? capture)();
