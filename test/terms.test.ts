import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFilter } from '../src/filter/parser.ts';
import { withTerm } from '../src/ui/terms.ts';

test('an address or port is added to the filter, or takes the place of the earlier one', () => {
  const cases: [filter: string, word: 'host' | 'port', value: string, result: string][] = [
    ['', 'port', '443', 'port 443'],
    ['port 443', 'port', '80', 'port 80'],
    ['port 443', 'host', '::1', 'port 443 and host ::1'],
    ['port 443 and host ::1', 'host', '10.0.0.0/8', 'port 443 and host 10.0.0.0/8'],
    ['port 443 and host ::1', 'port', '', 'host ::1'],
    ['port 80 or port 443', 'host', '::1', '(port 80 or port 443) and host ::1'],
    ['(port 80 or port 443) and host ::1', 'host', '::2', '(port 80 or port 443) and host ::2'],
    ['not port 22', 'port', '80', 'not port 22 and port 80'],
    ['src port 22', 'port', '80', 'src port 22 and port 80'],
    ['port > 1024', 'port', '80', 'port > 1024 and port 80'],
    ['(tcp or udp) and (port 1 or port 2)', 'port', '3', '(tcp or udp) and (port 1 or port 2) and port 3'],
    ['process "a and b"', 'port', '80', 'process "a and b" and port 80'],
  ];
  for (const [filter, word, value, result] of cases) {
    assert.equal(withTerm(filter, word, value), result);
    assert.doesNotThrow(() => parseFilter(result));
  }
});
