import type { Options } from '../command/options.ts';
import { capture } from './capture.ts';
import { doctor, explain, functions, help, version } from './print.ts';
import { record } from './record.ts';
import { replay } from './replay.ts';
import { serve } from './serve.ts';

/** What a command does; resolves to the exit code. `argv`: as it was typed. */
export type Action = (options: Options, argv: string[]) => Promise<number>;

/** By the command's name. Those of the panes, the screen and --debug-func read the kernel. */
const ACTIONS: Partial<Record<Options['command'], Action>> = {
  help,
  version,
  explain,
  functions,
  doctor,
  serve,
  record,
  replay,
  bundle: async (options, argv) => (await import('./bundle.ts')).bundle(options, argv),
  run: async (options, argv) => (await import('./run.ts')).run(options, argv),
};

export function actionOf(command: Options['command']): Action {
  return ACTIONS[command] ?? capture;
}
