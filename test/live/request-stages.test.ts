import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNamespace, ip } from './namespace.ts';
import { live, startNettop } from './nettop.ts';
import { startPythonWithin } from './python.ts';
import type { RequestLine } from './rows.ts';

/** Wall clock, microseconds: when a call began, and when it had returned. */
type Bracket = [began: number, over: number];
type Stage = keyof RequestLine['stages'];
type Asking = 'name' | 'connect' | 'first' | 'rest' | 'read';
type Serving = 'read' | 'answer' | 'last';

/** The clocks of the two differ by what it takes to read both. */
const CLOCKS_US = 1500;

/** That a stage, where it is known, came while a call was made. */
function within(line: RequestLine, stage: Stage, [began, over]: readonly [number, number]): void {
  const at = line.stages[stage];
  assert.ok(at !== null, `${line.side} ${stage} is not known`);
  const us = wallUs(line.time) + at;
  const text = `${line.side} ${stage}: ${began} <= ${us} <= ${over}`;
  assert.ok(began - CLOCKS_US <= us && us <= over + CLOCKS_US, text);
}

/** Of a time to the microsecond. */
function wallUs(time: string): number {
  const [seconds = '', fraction = '0'] = time.replace('Z', '').split('.');
  return Date.parse(`${seconds}Z`) * 1000 + Number(fraction.padEnd(6, '0'));
}

const unknown = ({ stages }: RequestLine): string[] =>
  Object.entries(stages).flatMap(([name, at]) => (at === null ? [name] : []));

test(
  'stages of a request at both ends come when the two programs say that they did it',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      ip('-n', namespace.name, 'address', 'add', '192.0.2.7/32', 'dev', 'lo');
      const server = startPythonWithin(t, namespace.within, 'serve_late');
      const client = startPythonWithin(t, namespace.within, 'ask_late');
      await Promise.all([server.tells(0), client.tells(0)]);
      const nettop = startNettop(t, ['requests', '--json', '--netns', namespace.name, '--rate-limit', '0']);
      let asked = 0;
      const rows = (side: string) =>
        nettop.requests.filter((line) => line.side === side && line.protocol === 'http');
      // the first one that was followed from the look-up of its name on
      const found = await nettop.until('a request', async () => {
        client.goOn();
        await client.tells(++asked);
        await server.tells(asked);
        const from = rows('client').find(({ stages }) => stages.nameAsked !== null);
        const to = from && rows('server').find(({ path }) => path === from.path);
        return to ? ([from, to] as const) : null;
      });
      assert.ok(found);
      const [from, to] = found;
      await nettop.end();
      const number = Number(from.path?.slice(1));
      const did = await client.tells<Record<Asking, Bracket>>(number);
      const served = await server.tells<Record<Serving, Bracket>>(number);
      assert.deepEqual(unknown(from), ['requestRead', 'answerAcknowledged']);
      within(from, 'nameAsked', did.name);
      within(from, 'nameAnswered', did.name);
      within(from, 'connecting', did.connect);
      within(from, 'connected', did.connect);
      within({ ...from, stages: { ...from.stages, firstByte: 0 } }, 'firstByte', did.first);
      within(from, 'requestEnded', did.rest);
      within(from, 'requestAcknowledged', [did.rest[0], served.answer[1]]);
      within(from, 'firstByte', served.answer);
      within(from, 'lastByte', served.last);
      within(from, 'answerRead', did.read);
      assert.deepEqual(unknown(to), [
        'nameAsked',
        'nameAnswered',
        'connecting',
        'connected',
        'requestAcknowledged',
        'answerRead',
      ]);
      within(to, 'requestEnded', did.rest);
      within(to, 'requestRead', served.read);
      within(to, 'firstByte', served.answer);
      within(to, 'lastByte', served.last);
      within(to, 'answerAcknowledged', [served.last[0], did.read[1]]);
    },
    ['python3'],
  ),
);
