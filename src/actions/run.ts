import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Options } from '../command/options.ts';
import { CaptureError, UsageError } from '../errors.ts';
import { quote } from '../filter/error.ts';
import { isInForeground } from '../machine/foreground.ts';
import { launch, whyNotFound } from '../machine/launch.ts';
import { readProcess } from '../machine/proc-files.ts';
import { programsOf } from '../machine/program-files.ts';
import { RunCgroup } from '../machine/run-cgroup.ts';
import { findUser, type RunUser } from '../machine/run-user.ts';
import { formatNamed } from '../output/formats/registry.ts';
import { recordsOf } from '../run/record.ts';
import { type RunReport, reportOf } from '../run/report.ts';
import { Standing } from '../run/standing.ts';
import { reportLines } from '../run/text.ts';
import { type Watch, watch } from '../run/watch.ts';
import { interruptions } from '../terminal/interruptions.ts';
import { Title } from '../terminal/title.ts';
import { sanitize } from '../text/text.ts';
import { TLS_COST } from '../ui/tls.ts';
import { withoutRights } from './capture.ts';
import { say } from './context.ts';
import { openSource } from './live-source.ts';
import { hidden, privacyOf } from './privacy.ts';
import { RunScreen } from './run-screen.ts';

/** Cells of a report that goes to no terminal. */
const USUAL_CELLS = 100;

/** Runs the command, then writes the report. Resolves to the command's exit code. */
export async function run(options: Options, argv: string[]): Promise<number> {
  const { command, user: named } = options.run;
  const code = await withoutRights(argv);
  if (code !== null) return code;
  if (options.run.screen && !(process.stdin.isTTY && process.stdout.isTTY))
    throw new UsageError('--screen needs a terminal: standard input and output are to be one');
  const user = userOf(named);
  const problem = whyNotFound(command[0] ?? '', process.env);
  if (problem) {
    say(`nettop: ${problem.message}`);
    return problem.exitCode;
  }
  const report = await watched(options, user);
  write(options, report);
  return report.exitCode;
}

/** What was not seen is told by the report: a part that the kernel refuses does not keep the command from running. */
async function watched(options: Options, user: RunUser | null): Promise<RunReport> {
  const { readsTls } = options.wishes;
  const log: string[] = [];
  const title = new Title(process.stderr);
  const interrupted = interruptions().interrupted.then((): never => {
    throw new CaptureError('a signal came', 'the command has not begun');
  });
  interrupted.catch(() => {}); // once the command has begun it is the command's
  const group = new RunCgroup();
  const privacy = await privacyOf(options);
  const command = privacy ? withoutArguments(options.run.command) : options.run.command;
  const name = sanitize(command[0] ?? '');
  const screen = options.run.screen ? new RunScreen(options, group.name, name, user) : null;
  try {
    const source = hidden(
      openSource(options, (line) => log.push(line), false),
      privacy,
    );
    const start = () =>
      group.within(() => launch(options.run.command, user, process.env, screen?.begin())).exited;
    const standing = new Standing(`nettop: ${name}`, options.units);
    const look: Watch['look'] = (...seen) => {
      if (!screen?.isOpen) tell(title, standing.line(...seen));
    };
    const texts = readsTls ? { programs: programsOf(options.run.command[0] ?? '', process.env) } : null;
    if (texts) say(`nettop: ${TLS_COST}`);
    const ready = async () => screen?.opened();
    const run = await watch({
      source,
      group,
      ready,
      interrupted,
      start,
      nowUs: () => Date.now() * 1000,
      texts,
      look,
    });
    return reportOf(command, run, (pid) => readProcess(pid)?.name ?? null);
  } finally {
    title.clear();
    await screen?.end();
    if (!group.remove()) log.push(`nettop: the cgroup ${group.name} could not be removed`);
    for (const line of log) say(line);
  }
}

/**
 * The screen is the command's: nobody else can know when it writes there. So what is told while it runs stands in the
 * title of the terminal, while the command has that.
 */
function tell(title: Title, line: string): void {
  if (title.isSeen && isInForeground()) title.show(line);
}

/** They may be names of hosts, or secrets. */
function withoutArguments([program = '', ...others]: readonly string[]): string[] {
  return [basename(program), ...others.map(() => '…')];
}

/** null: as nettop itself. Throws a UsageError where there is none of that name. */
function userOf(named: string | null): RunUser | null {
  const wanted = named ?? process.env.SUDO_UID ?? '';
  if (wanted === '') return null;
  const user = findUser(wanted);
  if (user === null) throw new UsageError(`--user: there is no user ${quote(wanted)}`);
  return user.uid === process.getuid?.() ? null : user;
}

function write({ format: named, run: { output }, units }: Options, report: RunReport): void {
  const format = formatNamed(named);
  const cells = (output === null && process.stderr.columns) || USUAL_CELLS;
  const lines = format
    ? recordsOf(report).map(({ kind, row }) => format.line(kind, row, report.endUs))
    : reportLines(report, cells, units);
  const text = `${lines.join('\n')}\n`;
  if (output === null) {
    process.stderr.write(process.stderr.isTTY ? `\n${text}` : text); // the command may have left a line unended
    return;
  }
  try {
    writeFileSync(output, text);
  } catch (error) {
    throw new CaptureError(`the report is not written: ${(error as Error).message}`, 'the command has run');
  }
}
