import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { launch } from '../fixtures/pty.ts';
import {
  assertBytesHidden,
  assertHidden,
  FAR,
  HOST,
  NEAR,
  PATH,
  type Place,
  printed,
  secretPlace,
} from './hidden.ts';
import { cli, live, startNettop } from './nettop.ts';
import { startCapture } from './pcapng.ts';
import { has } from './screen.ts';
import { shared, startTrace } from './tracing.ts';
import { until } from './until.ts';

const TOOLS = ['ip', 'curl', 'tshark'];

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'nettop-private-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

const LEAST_PACKETS = 20;

/** A recording of some requests at the place. */
async function recordingOf(t: TestContext, { ask, port }: Place): Promise<string> {
  const file = join(folderOf(t), 'seen.nettop');
  const nettop = startNettop(t, ['record', file, 'port', String(port)]);
  const seen = (...command: string[]) =>
    spawnSync(process.execPath, [cli, ...command, '--from', file, '--json', 'port', String(port)], {
      encoding: 'utf8',
    }).stdout;
  await until('the recording has packets, and connections that closed', () => {
    ask();
    const closed = seen('connections', '--events').match(/"event":"close"/g)?.length ?? 0;
    return closed >= 2 && seen('trace').split('\n').length > LEAST_PACKETS;
  });
  nettop.signal('SIGINT');
  await nettop.exited;
  return file;
}

type Line = Record<string, unknown>;

const linesOf = (text: string): Line[] =>
  text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Line]));

const COMMANDS = [
  ['processes'],
  ['processes', '--by', 'unit', '--json'],
  ['connections'],
  ['connections', '--format', 'csv'],
  ['connections', '--by', 'network', '--json'],
  ['connections', '--events'],
  ['trace'],
  ['trace', '--format', 'csv'],
  ['drops', '--json'],
  ['listeners', '--json'],
  ['alerts'],
  ['requests'],
  ['requests', '--format', 'csv'],
  ['services', '--json'],
  ['traffic', '--by', 'pair', '--json'],
];

test(
  'a recording: no command tells an address or a name in any format, and rows are those of the true ones',
  live(async (t) => {
    const place = await secretPlace(t);
    const file = await recordingOf(t, place);
    const from = ['--from', file];
    assert.ok(printed('connections', ...from, '--json').out.includes(FAR), 'it is in there');
    assert.ok(printed('requests', ...from, '--json').out.includes(PATH));
    for (const command of COMMANDS)
      assertHidden(printed(...command, ...from, '--private').all, place, command.join(' '));
    assertHidden(printed('diff', file, file, '--private').all, place, 'diff');
    assertHidden(printed('trace', ...from, '--private', 'host', FAR, 'and', 'tcp').all, place, 'a filter');
    const frames = join(folderOf(t), 'made.pcapng');
    assertHidden(printed('trace', ...from, '--pcapng', frames, '--private').all, place, 'a capture file');
    assertBytesHidden(frames, place);
    const hidden = printed('connections', ...from, '--json', '--private').all;
    assertHidden(hidden, place, 'JSON');
    const [near, far] = pairedAddresses(printed('connections', ...from, '--json').out, hidden);
    assert.ok(near && far && near !== far);
    assert.match(`${near} ${far}`, /^(10\.\d+\.\d+)\.\d+ \1\.\d+$/, 'of one network, which is private');
    const traced = (...more: string[]) =>
      linesOf(printed('trace', ...from, '--json', ...more).out).map(
        ({ source: _, destination: __, ...rest }) => ({
          ...rest,
          interface: '',
          netnsName: '',
          destinationMac: '',
          durationSeconds: 0,
          time: rest.type === 'summary' ? '' : rest.time,
          warnings: [],
        }),
      );
    const real = traced();
    assert.ok(real.length > LEAST_PACKETS);
    assert.deepEqual(traced('--private'), real);
    await screen(t, file, place);
  }, TOOLS),
);

/** Pseudonyms of both ends, after each line was held against that of the true ones. */
function pairedAddresses(real: string, hidden: string): [string | undefined, string | undefined] {
  const names = new Map<string, string>();
  const [rows, others] = [linesOf(real), linesOf(hidden)];
  assert.equal(rows.length, others.length);
  for (const [at, row] of rows.entries()) {
    const other = others[at] ?? {};
    assert.deepEqual(
      [other.localPort, other.remotePort, other.state],
      [row.localPort, row.remotePort, row.state],
    );
    for (const end of ['localAddress', 'remoteAddress'])
      if (typeof row[end] === 'string') {
        const [address, name] = [row[end], String(other[end])];
        assert.equal(names.get(address) ?? name, name, `${address} has one pseudonym`);
        names.set(address, name);
      }
  }
  assert.equal(new Set(names.values()).size, names.size, 'and no two have the same');
  return [names.get(NEAR), names.get(FAR)];
}

/** P shows what is true, and hides it again; the filter takes what is true. */
async function screen(t: TestContext, file: string, place: Place): Promise<void> {
  const ui = launch(process.execPath, [cli, 'replay', file, '--private'], { columns: 160, rows: 40 });
  t.after(ui.close);
  await ui.until(has(/1 Processes \d/));
  ui.write('2z');
  const hidden = (lines: string[]) => has(/PRIVATE/)(lines) && has(new RegExp(`:${place.port}\\b`))(lines);
  assertHidden((await ui.until(hidden)).join('\n'), place, 'the screen');
  ui.write(`/host ${FAR}\r`);
  const filtered = await ui.until(
    (lines) => has(/filter: host 10\./)(lines) && hidden(lines) && !has(/^ filter: /)(lines),
  );
  assertHidden(filtered.join('\n'), place, 'the screen with a filter');
  ui.write('P');
  await ui.until(
    (lines) =>
      !has(/PRIVATE/)(lines) && has(new RegExp(`${FAR.replaceAll('.', '\\.')}:${place.port}`))(lines),
  );
  ui.write('P');
  assertHidden((await ui.until(hidden)).join('\n'), place, 'the screen again');
  ui.write('q');
  assert.equal((await ui.exited).exitCode, 0);
}

test(
  'a capture file: no address of the packets is in it, and tshark reads the rest as it was',
  live(async (t) => {
    const place = await secretPlace(t);
    const filter = ['-p', String(place.port), '--rate-limit', '0'];
    const probe = async () => place.ask();
    const json = await startTrace(t, filter, probe);
    const capture = await startCapture(t, [...filter, '--private'], probe);
    place.ask();
    const { file, told, frames } = await capture.end();
    await json.end();
    assertHidden(told, place, 'what is said');
    assertBytesHidden(file, place);
    const wanted = new Set(
      json.packets.map((packet) => {
        const { source: _, destination: __, ...rest } = shared(packet);
        return JSON.stringify(Object.values(rest));
      }),
    );
    const fields = [
      'ip.src',
      'ip.dst',
      'tcp.srcport',
      'tcp.dstport',
      'tcp.seq_raw',
      'tcp.ack_raw',
      'ip.len',
      'ip.checksum.status',
      '_ws.malformed',
    ];
    const args = [
      '-r',
      file,
      '-n',
      '-o',
      'ip.check_checksum:TRUE',
      '-T',
      'fields',
      ...fields.flatMap((name) => ['-e', name]),
    ];
    const { status, stdout, stderr } = spawnSync('tshark', args, { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    const read = stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split('\t'));
    assert.equal(read.length, frames.length);
    assert.ok(read.length >= 8);
    const ends = new Set(read.flatMap((ends) => ends.slice(0, 2)));
    assert.equal(ends.size, 2, 'two ends, all the time');
    for (const [
      ,
      ,
      sourcePort,
      destinationPort,
      sequence,
      acknowledgment,
      length,
      checksum,
      malformed,
    ] of read) {
      const numbers = [sourcePort, destinationPort, sequence, acknowledgment].map(Number);
      const found = [...wanted].some((packet) => {
        const [protocol, ...rest] = JSON.parse(packet) as [string, ...unknown[]];
        return (
          protocol === 'tcp' &&
          numbers.every((number, at) => rest[at] === number) &&
          rest.at(-1) === Number(length)
        );
      });
      assert.ok(found, `${numbers}`);
      assert.deepEqual([malformed, checksum === '0'], ['', false], 'whole, and no wrong checksum');
    }
  }, TOOLS),
);

test(
  'requests and a run: hosts, paths and arguments are hidden',
  live(async (t) => {
    const place = await secretPlace(t);
    const nettop = startNettop(t, ['requests', '--json', '--query', '--private', 'port', String(place.port)]);
    const row = await nettop.until('a request with its answer', () => {
      place.ask();
      return nettop.requests.find(({ status, host }) => status === 200 && host !== null);
    });
    await nettop.end();
    assertHidden(JSON.stringify(nettop.requests), place, 'requests');
    assert.match(`${row.host} ${row.path}`, /^h\w+\.h\w+\.test (\/p\w+){3}\?…$/);
    const url = `http://${FAR}:${place.port}${PATH}`;
    const run = ['run', '--private', '--', ...place.near.within, 'curl', '-s', '-H', `Host: ${HOST}`, url];
    const { all } = printed(...run);
    assertHidden(all, place, 'a run');
    assert.match(all, /GET +200 .*h\w+\.h\w+\.test\/p\w+/);
  }, TOOLS),
);
