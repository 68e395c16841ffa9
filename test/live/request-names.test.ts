import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNamespace } from './namespace.ts';
import { inode } from './namespace-facts.ts';
import { live, startNettop } from './nettop.ts';
import { startPythonWithin } from './python.ts';
import type { RequestLine } from './rows.ts';

/** Sizes in bytes: 12 of header, the name, 4 of type and class; of an answer a pointer, 10, and the data. */
const QUERY = 12 + 11 + 4;
const SILENT = 12 + 16 + 4;
const NONE = 12 + 14 + 4;
const A = 12 + 4;
const AAAA = 12 + 16;

/** As sockets.py asks: name, type, code, answers, bytes each way, what is not known. */
const EXPECTED = [
  ['a.example', 'A', 'NOERROR', ['192.0.2.7'], QUERY, QUERY + A, null],
  ['a.example', 'AAAA', 'NOERROR', ['2001:db8::7'], QUERY, QUERY + AAAA, null],
  ['a.example', 'A', 'NOERROR', ['192.0.2.7'], QUERY, QUERY + A, null],
  ['none.example', 'A', 'NXDOMAIN', [], NONE, NONE, null],
  ['silent.example', 'A', null, [], SILENT, null, 'no answer'],
];

const told = ({ dns, requestBytes, responseBytes, incomplete }: RequestLine) => [
  dns?.name,
  dns?.type,
  dns?.rcode,
  dns?.answers,
  requestBytes,
  responseBytes,
  incomplete,
];

/** In the order in which they were asked; those without answer are told last. */
const asked = (lines: readonly RequestLine[]) =>
  [...lines].sort((a, b) => Number(a.incomplete !== null) - Number(b.incomplete !== null)).map(told);

test(
  'names that are asked for, at both ends: by UDP and TCP, IPv4 and IPv6, with their answers, or without',
  live(
    async (t) => {
      const namespace = createNamespace(t);
      const asker = startPythonWithin(t, namespace.within, 'ask_names');
      await asker.tells(0);
      const nettop = startNettop(t, ['requests', '--json', '--netns', namespace.name, '--rate-limit', '0']);
      await nettop.until('the first name', () => nettop.requests.length > 0);
      asker.goOn();
      const count = await asker.tells(1);
      const lines = (side: string) =>
        nettop.requests.filter((line) => line.side === side && line.dns?.name !== 'ready.example');
      await nettop.until(
        'all names',
        () => lines('client').length >= count && lines('server').length >= count,
        20_000,
      );
      await nettop.end();
      const expected = [EXPECTED, EXPECTED]
        .flat()
        .sort((a, b) => Number(a.at(-1) !== null) - Number(b.at(-1) !== null));
      for (const side of ['client', 'server']) {
        assert.deepEqual(asked(lines(side)), expected, side);
        for (const { pid, process, netns } of lines(side))
          assert.deepEqual([pid, process, netns], [asker.pid, 'python3', inode(namespace)]);
      }
    },
    ['python3'],
  ),
);
