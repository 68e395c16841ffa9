import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type * as Compile from '../../src/filter/compile.ts';
import type * as Evaluate from '../../src/filter/evaluate.ts';
import type * as Explain from '../../src/filter/explain.ts';
import type * as Format from '../../src/filter/format.ts';
import type * as Help from '../../src/filter/help.ts';
import type * as Parser from '../../src/filter/parser.ts';
import type { Subject } from '../../src/filter/terms.ts';
import type * as Unjudged from '../../src/filter/unjudged.ts';
import { PacketWord } from '../../src/filter/words.ts';
import * as own from '../fixtures/filter-random.ts';
import { root } from '../fixtures/tool.ts';

/** A term of each kind that is not there, as CONTRIBUTING has one added: an entry each, and nothing else. */
const ENTRIES = `
  { kind: 'range', words: ['mark'], fields: ['mark'], kernel: ['mark'], smallest: 1, largest: LARGEST_WORD,
    rows: PACKETS, help: [['\`mark N\`', 'the mark of the packet']] },
  { kind: 'range', words: ['attempt'], fields: ['attempt'], smallest: 100, largest: 999, lacking: 'answers',
    rows: ['requests'], help: [['\`attempt N\`', 'attempt of the answer']] },
  { kind: 'range', words: ['wait'], fields: ['waitUs'], smallest: 0, largest: 3_600_000_000,
    units: { us: 1, ms: 1000, s: 1_000_000 }, rows: ['requests'], help: [['\`wait > 100ms\`', 'time to the answer']] },
  { kind: 'text', words: ['topic'], fields: ['topic'], match: 'part', rows: ['requests'], help: [['\`topic TEXT\`', 'part of the URL']] },
  { kind: 'text', words: ['zone'], fields: ['zone'], match: 'pattern', rows: ['requests'],
    help: [['\`zone *.example.com\`', 'name that was asked for']] },
  { kind: 'truth', words: ['encrypted'], fields: ['encrypted'], rows: ['requests'], help: [['\`encrypted\`', 'over TLS']] },
`;

const copy = mkdtempSync(join(tmpdir(), 'nettop-terms-'));
process.on('exit', () => rmSync(copy, { recursive: true }));
cpSync(join(root, 'src'), join(copy, 'src'), {
  recursive: true,
  filter: (path) => !/^src\/(?!filter|text|errors)/.test(path.slice(root.length + 1)),
});
cpSync(
  fileURLToPath(new URL('../fixtures/filter-random.ts', import.meta.url)),
  join(copy, 'test/fixtures/filter-random.ts'),
);
cpSync(join(root, 'package.json'), join(copy, 'package.json'));
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
const table = join(copy, 'src/filter/terms.ts');
const END = '] as const satisfies';
writeFileSync(table, readFileSync(table, 'utf8').replace(END, `${ENTRIES}${END}`));
const load = <M>(path: string): Promise<M> => import(pathToFileURL(join(copy, path)).href);

const { parseFilter } = await load<typeof Parser>('src/filter/parser.ts');
const { formatFilter } = await load<typeof Format>('src/filter/format.ts');
const { evaluate } = await load<typeof Evaluate>('src/filter/evaluate.ts');
const { compileFilter } = await load<typeof Compile>('src/filter/compile.ts');
const { explainFilter } = await load<typeof Explain>('src/filter/explain.ts');
const { unjudged } = await load<typeof Unjudged>('src/filter/unjudged.ts');
const { termHelp, wordsOfTerms } = await load<typeof Help>('src/filter/help.ts');
const random = await load<typeof own>('test/fixtures/filter-random.ts');

const parsed = (text: string) => parseFilter(text, random.NAMES) ?? assert.fail(text);
const request = {
  attempt: 502,
  waitUs: 150_000,
  topic: '/API/v1?q=1',
  zone: 'www.Example.com',
  encrypted: true,
} as Subject;

test('an entry is a term: read, written, and judged', () => {
  const cases: [text: string, canonical: string, judged: boolean][] = [
    ['attempt >= 500', 'attempt >= 500', true],
    ['ATTEMPT 404 or 502', 'attempt 404 or attempt 502', true],
    ['attempt < 500', 'attempt <= 499', false],
    ['wait > 100ms', 'wait >= 100001us', true],
    ['wait 1s or 150ms', 'wait 1s or wait 150ms', true],
    ['wait <= 0.1s', 'wait <= 100ms', false],
    ['topic "/api/"', 'topic /api/', true],
    ['topic /api/ and not attempt 200', 'topic /api/ and not attempt 200', true],
    ['zone *.example.com', 'zone *.example.com', true],
    ['zone example.com or www.*', 'zone example.com or zone www.*', true],
    ['zone ???.example', 'zone ???.example', false],
    ['not encrypted', 'not encrypted', false],
  ];
  const found = cases.map(([text]) => [text, formatFilter(parsed(text)), evaluate(parsed(text), request)]);
  assert.deepEqual(found, cases);
  assert.equal(evaluate(parsed('tcp and attempt 502'), { protocol: 6 }), null);
});

test('what it cannot be is told in its words', () => {
  const messageOf = (text: string): string => {
    try {
      parseFilter(text);
    } catch (error) {
      return (error as Error).message;
    }
    return assert.fail(text);
  };
  assert.deepEqual(['attempt > 999', 'wait 100', 'wait 2h', 'zone [a', 'attemp = 5'].map(messageOf), [
    'filter: no attempt is > 999 (at column 11)',
    'filter: wait "100" is not a number with its unit: us, ms, s (at column 6)',
    'filter: wait "2h" is not a number with its unit: us, ms, s (at column 6)',
    'filter: zone "[a" is not a zone such as *.example.com (at column 6)',
    'filter: "attemp": did you mean attempt? (at column 1)',
  ]);
});

test('it is asked of the kernel where that has a word for it, and told of where not', () => {
  assert.deepEqual(compileFilter(parsed('mark 7'), () => null).steps, [
    { word: PacketWord.mark, mask: 0xffff_ffff, low: 7, high: 7, yes: 0xfffe, no: 0xffff },
  ]);
  assert.deepEqual(explainFilter(parsed('tcp and attempt 500 and encrypted'), () => null).userSpace, [
    { term: 'attempt 500', why: 'the kernel’s filter knows no answers' },
    { term: 'encrypted', why: 'the kernel’s filter knows no encrypted' },
  ]);
  assert.deepEqual(unjudged(parsed('tcp and mark 1 or attempt 500'), 'sockets'), ['mark 1', 'attempt 500']);
});

test('it is in the help', () => {
  const rows = termHelp();
  assert.ok(rows.some(({ written }) => written === '`wait > 100ms`'));
  assert.match(rows.find(({ written }) => written === '`port > N`')?.matches ?? '', /`attempt`, `wait`$/);
  assert.match(wordsOfTerms()[1], / mark attempt wait topic zone encrypted, and or not/);
});

test('random filters have it: written and read again it is the same, and table and evaluator agree', (t) => {
  const dice = own.seeded(own.newSeed(t));
  const seen = new Set<string>();
  for (let round = 0; round < 2000; round++) {
    const expression = random.randomExpression(dice, 1 + dice(6));
    const text = formatFilter(expression);
    for (const [word] of text.matchAll(/\b(mark|attempt|wait|topic|zone|encrypted)\b/g)) seen.add(word);
    assert.deepEqual(parseFilter(text, random.NAMES), expression, text);
    const packet = random.randomPacket(dice);
    const filter = compileFilter(expression, random.interfaceIndex);
    const wanted = evaluate(expression, packet);
    const accepted = random.run(filter.steps, random.keyOf(packet));
    assert.ok(filter.exact ? accepted === wanted : accepted || wanted === false, text);
  }
  assert.equal(seen.size, 6);
});
