import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Launched, settled } from '../fixtures/pty.ts';
import { attachedBy, gone, type Held, heldBy } from './bpftool.ts';
import { live, startNettop } from './nettop.ts';
import { startPeer } from './peer.ts';
import { has, openScreen } from './screen.ts';
import { until } from './until.ts';

const TOOLS = ['bpftool'];
/** Of packets while the trace is frozen; drops are counted all the time. */
const COUNTERS = ['count_drop', 'count_receive', 'count_transmit'];

/** Trace programs: those that stand where packets pass, not those that keep the accounts. */
const tracing = (pid: number) => attachedBy(pid).filter((name) => /^(tp|fentry|kprobe|count)_/.test(name));

const isTracing = (pid: number) => tracing(pid).includes('tp_netif_receive_skb');

/** Drops are counted from the start too, but by an object of their own, which may come later. */
const isCountingDrops = (pid: number) => tracing(pid).includes('count_drop');

function holds(pid: number): Promise<Held> {
  return until('programs and links of nettop', () => {
    const held = heldBy(pid);
    return held.programs.length > 0 && held.links.length > 0 && held;
  });
}

for (const [name, end, code] of [
  ['q', (ui: Launched) => ui.write('q'), 0],
  ['SIGTERM', (ui: Launched) => ui.process.kill('SIGTERM'), 143],
] as const) {
  test(
    `${name} leaves nothing in the kernel and the terminal as it was`,
    live(async (t) => {
      const ui = await openScreen(t);
      await until('the trace is attached', () => isTracing(ui.process.pid));
      const held = await holds(ui.process.pid);
      end(ui);
      assert.equal((await ui.exited).exitCode, code);
      await gone(held);
      await settled(ui.terminal);
      assert.deepEqual([ui.terminal.buffer.active.type, ui.noises], ['normal', []]);
    }, TOOLS),
  );
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL', 'SIGSEGV'] as const) {
  test(
    `${signal} leaves nothing of a trace in the kernel`,
    live(async (t) => {
      const nettop = startNettop(t, ['trace', '--json']);
      await until('the trace is attached', () => isTracing(nettop.pid));
      const held = await holds(nettop.pid);
      nettop.signal(signal);
      await nettop.exited;
      await gone(held);
      assert.equal(nettop.summary !== undefined, signal === 'SIGINT' || signal === 'SIGTERM');
    }, TOOLS),
  );
}

test(
  'two nettops at once: each counts everything, and one that ends leaves the other as it was',
  live(async (t) => {
    const receiver = await startPeer(t);
    const sender = await startPeer(t);
    const port = await receiver.ask('listen', '127.0.0.1');
    const nettops = [1, 2].map(() => startNettop(t, ['processes', '--json', '--interval', '100ms']));
    for (const nettop of nettops) await nettop.process(receiver.pid);
    await sender.ask('connect', '127.0.0.1', port);
    let sent = 0;
    for (const nettop of nettops) {
      sent += 2_000_000;
      await sender.ask('send', 2_000_000);
      await until('the bytes', async () => (await receiver.ask('received')) === sent);
      const held = await holds(nettop.pid);
      await nettop.end();
      const { receiveBytes } = await nettop.process(receiver.pid);
      assert.equal(receiveBytes, sent);
      await gone(held);
    }
  }, TOOLS),
);

test(
  'while the trace is frozen only counters are attached; Space brings it back',
  live(async (t) => {
    const ui = await openScreen(t);
    const { pid } = ui.process;
    const live = await until('the trace is attached', () => {
      const names = tracing(pid);
      return isTracing(pid) && isCountingDrops(pid) && `${tracing(pid)}` === `${names}` && names;
    });
    assert.deepEqual(
      live.filter((name) => COUNTERS.includes(name)),
      ['count_drop'],
    );
    ui.write(' ');
    await ui.until(has(/FROZEN/));
    await until('only the counters', () => `${tracing(pid)}` === `${COUNTERS}`);
    ui.write(' ');
    await until('all of the trace', () => `${tracing(pid)}` === `${live}`);
  }, TOOLS),
);

test(
  'statistics alone, and the outputs that show no packets, attach no trace program',
  live(async (t) => {
    const receiver = await startPeer(t);
    await receiver.ask('listen', '127.0.0.1');
    const ui = await openScreen(t, '--stats');
    const table = startNettop(t, ['processes', '--json', '--interval', '100ms']);
    await table.process(receiver.pid);
    assert.deepEqual([...tracing(ui.process.pid), ...tracing(table.pid)], []);
    assert.ok(attachedBy(ui.process.pid).includes('on_state'));
  }, TOOLS),
);
