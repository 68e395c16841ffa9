import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { type TestContext, test } from 'node:test';
import { framesOf } from '../fixtures/pcapng.ts';
import { heldBy } from './bpftool.ts';
import { cli, live } from './nettop.ts';
import { startPeer } from './peer.ts';
import { startPrinting } from './started.ts';
import { until } from './until.ts';

const OFTEN = ['--interval', '300ms'];
/** Nothing is left to say for so long: what ends only when it is told to is told. */
const QUIET_MS = 1000;

test(
  '-b: frames of the screen as text, so many and so wide as is asked for, and no escape sequence',
  live(async (t) => {
    const server = await startPeer(t, { name: 'batch server' });
    const client = await startPeer(t, { name: 'batch client' });
    const port = await server.ask('listen', '127.0.0.1', 'echo');
    await client.ask('connect', '127.0.0.1', port);
    client.ask('converse', 1_000_000, 100).catch(() => {}); // ends with the test
    const args = ['-b', '-c', '2', '-w', '160', '--interval', '500ms', `port ${port}`];
    const nettop = startPrinting(t, args);
    assert.deepEqual([await nettop.exited, nettop.errors], [0, '']);
    const text = nettop.output.toString();
    assert.doesNotMatch(text, /\p{Cc}(?<!\n)/u);
    const frames = text.split(/^\d{4}-\d\d-\d\dT[\d:.]+Z\n/m).slice(1);
    assert.equal(frames.length, 2, text);
    for (const frame of frames) {
      const lines = frame.split('\n');
      assert.match(lines[0] ?? '', /^ nettop /);
      assert.ok(Math.max(...lines.map((line) => line.length)) <= 160);
      assert.deepEqual(
        ['Processes', 'Connections', 'Trace'].filter((name) => !frame.includes(` ${name} `)),
        [],
      );
      for (const [name, pid] of [
        ['batch server', server.pid],
        ['batch client', client.pid],
      ] as const)
        assert.ok(
          lines.some((line) => line.includes(name) && line.includes(`${pid}`)),
          frame,
        );
    }
  }),
);

test(
  '--format pcapng: a capture file on the standard output, to its last block',
  live(async (t) => {
    const sender = await startPeer(t);
    const port = await sender.ask('bindUdp', '127.0.0.1');
    const nettop = startPrinting(t, ['trace', '--format', 'pcapng', '-c', '3', `udp port ${port}`]);
    await until('three frames', async () => {
      await sender.ask('sendUdp', 1, 10, '127.0.0.1', port);
      return nettop.hasEnded;
    });
    assert.equal(await nettop.exited, 0, nettop.errors);
    const frames = framesOf(nettop.output);
    assert.deepEqual([frames.length, frames[0]?.length], [3, frames[0]?.bytes.length]);
  }),
);

/** Each command, and each format. */
const ENDLESS = [
  ['processes', '--json', ...OFTEN],
  ['connections', '--format', 'csv', ...OFTEN],
  ['connections', '--events', '--format', 'csv'],
  ['drops', ...OFTEN],
  ['services', ...OFTEN],
  ['traffic', '--format', 'csv', ...OFTEN],
  ['listeners', ...OFTEN],
  ['requests', '--json'],
  ['alerts'],
  ['trace', '--format', 'csv'],
  ['trace', '--json'],
  ['trace', '--format', 'pcapng'],
  ['-b', ...OFTEN],
  ['-d'],
  ['record', '-', ...OFTEN],
];
const AT_ONCE = 5;

/** Its reader takes what comes first, and goes away. */
async function leave(t: TestContext, args: readonly string[]): Promise<string | null> {
  const nettop = startPrinting(t, args);
  const isSilent = args.includes('--json'); // where nothing moves there is no line
  const isUnderWay = () => (isSilent ? heldBy(nettop.pid).links.length > 0 : nettop.output.length > 0);
  await nettop.until('its first bytes, or programs', isUnderWay);
  nettop.leave();
  const asking = setTimeout(() => nettop.signal('SIGINT'), QUIET_MS);
  const code = await nettop.exited;
  clearTimeout(asking);
  const said = nettop.errors.split('\n').filter((line) => line !== '');
  const hasEnded = code === 0 || code === 'SIGINT'; // the signal came when it was leaving already
  const isClean = hasEnded && said.every((line) => line.startsWith('nettop: '));
  return isClean ? null : `${args.join(' ')}: exit ${code}: ${nettop.errors}`;
}

test(
  'a reader that goes away ends every command in every format, without a fault',
  live(async (t) => {
    const wrong: (string | null)[] = [];
    for (let at = 0; at < ENDLESS.length; at += AT_ONCE)
      wrong.push(...(await Promise.all(ENDLESS.slice(at, at + AT_ONCE).map((args) => leave(t, args)))));
    assert.deepEqual(
      wrong.filter((line) => line !== null),
      [],
    );
    const shell = (line: string) => {
      const command = line.replaceAll('nettop', `'${process.execPath}' '${cli}'`);
      const script = `set -o pipefail; { ${command}; echo $? >&2; } | true`;
      return spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stderr;
    };
    for (const line of ['nettop functions --json', 'nettop help', 'nettop doctor --format csv'])
      assert.match(shell(line), /^(nettop: [^\n]*\n)?0\n$/, line);
  }),
);
