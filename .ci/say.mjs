import { spawnSync } from 'node:child_process';

/** The set-up cannot go on; the message says what to do. */
export class SetUpError extends Error {}

/** Progress goes to stderr: stdout belongs to nettop's own output. */
export const say = (text) => process.stderr.write(`nettop set-up: ${text}\n`);

/** Runs a command without a prompt and without output; throws SetUpError with all that it printed if it fails. */
export function run([program, ...args], options = {}) {
  const result = spawnSync(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    ...options,
  });
  if (result.status === 0) return result.stdout;
  const why = result.error ? [result.error.message] : [result.stdout.trim(), result.stderr.trim()];
  throw new SetUpError([`failed: ${[program, ...args].join(' ')}`, ...why].filter(Boolean).join('\n'));
}

/** Runs the steps; what keeps them from going on is printed as a message, without a stack. */
export async function orExplain(steps) {
  try {
    return await steps();
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    say(error.message);
    process.exit(1);
  }
}
