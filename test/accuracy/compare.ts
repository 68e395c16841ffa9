/**
 * npm run accuracy: moves the bytes of every case beside nettop and other tools that tell bytes by
 * process, and writes what each says as a table into docs/accuracy.md. A tool that is not there has no column.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { root } from '../fixtures/tool.ts';
import { until } from '../live/until.ts';
import { Bench, type Case, type Truth } from './bench.ts';
import { cases } from './cases.ts';
import { type Sum, startRivals, type Watcher } from './rivals.ts';
import { bytesOf, countedBy, type Watch, watch } from './suite.ts';

const BYTES = 1_000_000;
/** Two of the other tools' intervals, so that what was moved is told. */
const PAUSE_MS = 2200;
const FROM = '<!-- from here on by npm run accuracy -->';
const TO = '<!-- until here -->';

/** As a test's, for what has no test. */
class Ends {
  private readonly ends: (() => unknown)[] = [];
  readonly context = { after: (end: () => unknown) => this.ends.push(end) } as unknown as TestContext;

  async all(): Promise<void> {
    for (const end of this.ends.splice(0)) await end();
  }
}

const sum = (of: readonly Sum[]): Sum => ({
  received: of.reduce((total, { received }) => total + received, 0),
  sent: of.reduce((total, { sent }) => total + sent, 0),
});

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

const number = (bytes: number): string => bytes.toLocaleString('en-US');

function cell(told: Sum, truth: Sum): string {
  return isDeepStrictEqual(told, truth) ? 'exact' : `${number(told.received)} / ${number(told.sent)}`;
}

async function toldByNettop({ processes }: Watch, truths: readonly Truth[]): Promise<string> {
  const agrees = () => isDeepStrictEqual(countedBy(processes, truths), truths.map(bytesOf));
  await until('nettop agrees', agrees, PAUSE_MS).catch(() => {});
  return agrees() ? 'exact' : cell(sum(countedBy(processes, truths)), sum(truths));
}

/** A line of the table. */
async function compare(one: Case, nettop: Watch, rivals: readonly Watcher[]): Promise<string> {
  const ends = new Ends();
  const marks = rivals.map((rival) => rival.mark());
  try {
    const truths = await one.run(new Bench(ends.context, BYTES));
    const truth = sum(truths);
    await pause();
    const pids = truths.map(({ pid }) => pid);
    const told = rivals.map((rival, at) =>
      rival.refusal ? '–' : cell(rival.sumOf(pids, marks[at] ?? new Map()), truth),
    );
    const nettops = await toldByNettop(nettop, truths);
    return `| ${[one.name, `${number(truth.received)} / ${number(truth.sent)}`, nettops, ...told].join(' | ')} |`;
  } catch (error) {
    return `| ${one.name} | not here: ${(error as Error).message} |`;
  } finally {
    await ends.all();
  }
}

async function table(): Promise<string> {
  const ends = new Ends();
  const nettop = await watch(ends.context);
  const started = startRivals();
  await pause(); // until they look
  const rivals = started.filter(({ refusal }) => refusal === null);
  const lines: string[] = [];
  for (const one of cases) {
    lines.push(await compare(one, nettop, rivals));
    process.stderr.write(`${lines.at(-1)}\n`);
  }
  const refused = started.flatMap(({ name, refusal }) => (refusal ? [`${name}: ${refusal}.`] : []));
  for (const rival of started) rival.end();
  await ends.all();
  const heads = ['case', 'received / sent', 'nettop', ...rivals.map(({ name }) => name)];
  const head = [`| ${heads.join(' | ')} |`, `|${heads.map(() => '---|').join('')}`];
  return [...head, ...lines, '', ...refused].join('\n');
}

const made = await table();
const file = `${root}docs/accuracy.md`;
const [before = '', after = ''] = readFileSync(file, 'utf8').split(new RegExp(`${FROM}[^]*${TO}`));
writeFileSync(file, `${before}${FROM}\n\n${made.trim()}\n\n${TO}${after}`);
