import { namesOfMachines } from '../command/machines.ts';
import type { Options } from '../command/options.ts';
import { missingCapabilities, offerSudo, privilegeError } from '../command/privileges.ts';
import { UsageError } from '../errors.ts';
import { readFilter } from '../filter/parser.ts';
import { strangerNote } from '../machine/is-process.ts';
import { memoryError, missingMount } from '../machine/limits.ts';
import type { PaneName } from '../model/model.ts';
import { COMMAND_PANES, PANE_NAMES } from '../panes/registry.ts';
import { listed } from '../text/text.ts';
import { TLS_COST } from '../ui/tls.ts';
import { names, say } from './context.ts';
import { open } from './live-source.ts';
import { privacyOf } from './privacy.ts';
import { ScreenRecorder } from './screen-recorder.ts';
import { text } from './text.ts';

/** Reads the kernel, for the screen or as lines. Needs root; it offers sudo, and resolves to the exit code. */
export async function capture(options: Options, argv: string[]): Promise<number> {
  const { command, recording, machines } = options;
  const isElsewhere = recording !== null || machines.length > 0;
  const code = isElsewhere ? null : await withoutRights(argv);
  if (code !== null) return code;
  if (options.batch) {
    await (await import('./batch.ts')).batch(options);
    return 0;
  }
  if (command === 'ui' && process.stdout.isTTY && process.stdin.isTTY) return ui(options);
  await text(command === 'ui' ? PANE_NAMES[0] : (command as PaneName | 'debug'), options);
  return 0;
}

/** The exit code of nettop under sudo, where the user took that; null: the kernel may be read. Throws a CaptureError. */
export async function withoutRights(argv: string[]): Promise<number | null> {
  const lacking = missingMount() ?? memoryError();
  if (lacking) throw lacking;
  const missing = missingCapabilities();
  if (missing.length === 0) return null;
  const code = await offerSudo(argv);
  if (code === null) throw privilegeError(missing, argv);
  return code;
}

/** Where the screen is that of a command under nettop, it says when the command may begin, and ends with it. */
const besideCommand = () => ({
  opened: () => void process.send?.('opened'),
  over: new Promise<void>((resolve) => process.once('disconnect', resolve)),
});

/** Resolves to the exit code. What --verbose tells is kept until the terminal is back. */
async function ui(options: Options): Promise<number> {
  const { filter, cgroup, wire, wishes, units, intervalMs, durationMs, color, stats, count, machines } =
    options;
  const hasMachines = machines.length > 0;
  if (count !== null)
    throw new UsageError(`--count goes with --batch and with ${listed(COMMAND_PANES)}, not with the screen`);
  const log: string[] = [];
  const recorder = new ScreenRecorder(options);
  try {
    const source = await open(options, (line) => log.push(line), false);
    const { runUi } = await import('../ui/app.tsx'); // other commands do without React and its layout
    return await runUi({
      source,
      options: {
        filter,
        cgroup,
        wire,
        ...wishes,
        units,
        intervalMs,
        statsOnly: stats,
        hasMachines,
        color,
        privacy: await privacyOf(options),
        message: strangerNote(options.loneWord) || (wishes.readsTls ? TLS_COST : ''),
        ...(durationMs !== null && { duration: durationMs }),
      },
      readFilter: (text) => readFilter(text, hasMachines ? namesOfMachines(machines) : names),
      ...(!hasMachines && { recorder }),
      ...(process.connected && besideCommand()),
    });
  } finally {
    log.push(...(await recorder.end()));
    for (const line of log) say(line);
  }
}
