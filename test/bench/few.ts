import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { cpuSeconds } from '../fixtures/processor.ts';
import { root } from '../fixtures/tool.ts';

/** few.ts [PACKETS-PER-SECOND [SECONDS]]: a trace whose filter matches ten packets a second beside a flood. */

const [rate = 100_000, seconds = 20] = process.argv.slice(2).map(Number);
const GAP_MS = 100;
/** Sizes of what is counted and of what only shows that the trace has begun; IPv4's and UDP's headers. */
const [FEW, PROBE, HEADERS] = [20, 10, 28];
/** A datagram's functions over loopback that know the packet, as numbered hops. */
const HOPS = 4;

interface Line {
  type: string;
  packet: string;
  hop: number;
  length: number;
  lost: Record<string, number>;
}

const folder = mkdtempSync(join(tmpdir(), 'nettop-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true }));
const flood = join(folder, 'flood');
execFileSync('clang', ['-O2', '-o', flood, `${root}test/bench/flood.c`]);

async function output(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  await once(child, 'close');
  return text;
}

/** Floods; meanwhile ten datagrams a second go to `port`. */
async function traffic(port: number) {
  const socket = createSocket('udp4');
  // ahead of other work, so that the rate is reached on a machine that is not idle
  const child = spawn('nice', ['-n', '-10', flood, String(rate), String(seconds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const begin = performance.now();
  const done = output(child);
  let few = 0;
  for (; few < (seconds * 1000) / GAP_MS - 1; few++) {
    socket.send(Buffer.alloc(FEW), port, '127.0.0.1');
    await wait(begin + (few + 1) * GAP_MS - performance.now());
  }
  const cpu = cpuSeconds(child.pid ?? 0) / ((performance.now() - begin) / 1000);
  const packets = Number(await done);
  socket.close();
  return { few, packetsPerSecond: packets / ((performance.now() - begin) / 1000), floodCpu: cpu };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} % of a core`;
const say = (line: string): boolean => process.stdout.write(`${line}\n`);

const receiver = createSocket('udp4').on('message', () => {});
receiver.bind(0, '127.0.0.1');
await once(receiver, 'listening');
const { port } = receiver.address();

const alone = await traffic(port);
say(`without nettop: ${Math.round(alone.packetsPerSecond)} packets/s, the flood ${percent(alone.floodCpu)}`);

const trace = [`${root}dist/cli.js`, 'trace', '--json', `udp and dst port ${port}`];
const nettop = spawn(process.execPath, trace, { stdio: ['ignore', 'pipe', 'inherit'] });
const lines = output(nettop);
let begun = false;
nettop.stdout.once('data', () => {
  begun = true;
});
for (; !begun; await wait(GAP_MS)) receiver.send(Buffer.alloc(PROBE), port, '127.0.0.1');
const before = { cpu: cpuSeconds(nettop.pid ?? 0), at: performance.now() };
const beside = await traffic(port);
const cpu = (cpuSeconds(nettop.pid ?? 0) - before.cpu) / ((performance.now() - before.at) / 1000);
nettop.kill('SIGINT');

const rows = (await lines)
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Line);
const paths = new Map<string, number[]>();
for (const { packet, hop, length } of rows)
  if (packet && length === FEW + HEADERS) paths.set(packet, [...(paths.get(packet) ?? []), hop]);
const whole = [...paths.values()].filter(
  (path) => path.length >= HOPS && path.every((hop, index) => hop === index + 1),
);
say(
  `beside a trace: ${Math.round(beside.packetsPerSecond)} packets/s, the flood ${percent(beside.floodCpu)}`,
);
say(`nettop: ${percent(cpu)}`);
say(`matching: ${beside.few} sent, ${paths.size} arrived, ${whole.length} of them whole`);
say(`lost: ${JSON.stringify(rows.at(-1)?.lost)}`);
for (const path of paths.values()) if (!whole.includes(path)) say(`not whole: ${path}`);
receiver.close();
process.exitCode = whole.length === beside.few && paths.size === beside.few ? 0 : 1;
