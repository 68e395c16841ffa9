import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainFilter } from '../../src/filter/explain.ts';
import { parseFilter } from '../../src/filter/parser.ts';
import { createKeyReader } from '../../src/terminal/keyreader.ts';
import { footerLines } from '../../src/ui/footer.ts';
import { Session } from '../fixtures/session.ts';

/** Microseconds of processor time. */
function timeOf(act: () => void): number {
  const begin = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(begin);
  return user + system;
}

const MEGABYTE = 1_000_000;

test('a megabyte pasted into the prompt, in brackets or as keys, takes no more than a second', () => {
  for (const text of ['a', 'port 1 or ', '(', '"', '日本', 'x\t', '\\"']) {
    const pasted = text.repeat(MEGABYTE / text.length);
    for (const chunk of [pasted, `\x1b[200~${pasted}\x1b[201~`]) {
      const session = new Session().press('/');
      const reader = createKeyReader((key) => session.key(key));
      const time = timeOf(() => {
        for (let at = 0; at < chunk.length; at += 65_536) reader(chunk.slice(at, at + 65_536));
        footerLines(session.state);
      });
      assert.ok(time < 1_000_000, `${JSON.stringify(text)} ${chunk.length}: ${time} µs`);
      assert.ok((session.state.prompt?.text.length ?? 0) <= 1000);
    }
  }
});

test('the largest filters are compiled and explained within a second', () => {
  for (const term of ['host ::1', 'not ::1:2', 'port 1', 'x', '[::1]:1 ⇄ [::2]:2', '(tcp and 1)']) {
    for (const join of [' or ', ' and ']) {
      const text = Array.from({ length: Math.floor(990 / (term.length + 5)) }, () => term).join(join);
      const time = timeOf(() => explainFilter(parseFilter(text), () => null));
      assert.ok(time < 1_000_000, `${term}${join}: ${time} µs`);
    }
  }
});
