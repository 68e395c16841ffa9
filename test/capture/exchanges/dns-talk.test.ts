import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer, DnsEnd, ipv4, MDNS, query } from '../../fixtures/dns-end.ts';

const told = (end: DnsEnd) =>
  end.told.map(({ dns, gap }) => [dns?.name, dns?.rcode, dns?.answers[0] ?? null, gap]);
const SENT = 0;
const RECEIVED = 1;
const LINK = { ports: [5353, 5353] as [number, number] };

test('an answer in other letters, without a question, once more, to one of two with the same number', () => {
  const end = new DnsEnd();
  end.datagram(SENT, query(1, 'wWw.eXample'));
  end.datagram(SENT, query(1, 'wWw.eXample'));
  end.datagram(SENT, query(1, 'other.example'));
  end.datagram(SENT, query(2, 'form.example'));
  end.datagram(RECEIVED, answer(2, '', null, { rcode: 1, questions: [] }));
  end.datagram(RECEIVED, answer(1, '', null, { rcode: 1, questions: [] })); // of which of the two is not known
  end.datagram(RECEIVED, answer(1, 'www.EXAMPLE', '192.0.2.1'));
  end.datagram(RECEIVED, answer(1, 'www.EXAMPLE', '192.0.2.1'));
  end.datagram(RECEIVED, answer(1, 'other.example', null, { rcode: 3 }));
  assert.deepEqual(told(end), [
    ['form.example', 'FORMERR', null, null],
    ['', 'FORMERR', null, 'joined in the middle'],
    ['wWw.eXample', 'NOERROR', '192.0.2.1', null],
    ['other.example', 'NXDOMAIN', null, null],
  ]);
  assert.equal(end.begun.length, 4);
});

test('a query with a flag that has to be 0, and one that asks for nothing, as for a cookie', () => {
  const end = new DnsEnd();
  const flagged = query(1, 'flag.example');
  flagged[3] = 0x40;
  end.datagram(SENT, flagged);
  end.datagram(RECEIVED, answer(1, 'flag.example', '192.0.2.1'));
  end.datagram(SENT, query(2, '').subarray(0, 12).fill(0, 4));
  end.datagram(RECEIVED, answer(2, '', null, { questions: [] }));
  assert.deepEqual(told(end), [
    ['flag.example', 'NOERROR', '192.0.2.1', null],
    ['', 'NOERROR', null, null],
  ]);
});

test('an answer after 5 s: the query is told again, with it, and is the same', () => {
  const end = new DnsEnd();
  end.datagram(SENT, query(1, 'slow.example'));
  end.sweep(4.9e9);
  assert.equal(end.told.length, 0);
  end.sweep(5e9);
  end.atNs = 6.2e9;
  end.datagram(RECEIVED, answer(1, 'slow.example', '192.0.2.1'));
  end.datagram(RECEIVED, answer(1, 'slow.example', '192.0.2.2'));
  assert.deepEqual(told(end), [
    ['slow.example', null, null, 'no answer'],
    ['slow.example', 'NOERROR', '192.0.2.1', 'late answer'],
  ]);
  assert.deepEqual([end.begun.length, end.begun[0]?.firstNs], [1, 6.2e9]);
});

test('what the ring lost: an answer tells its query once, and no answer is not said where one may be lost', () => {
  let lost = 1;
  const end = new DnsEnd({ claimQuery: () => lost-- > 0, hasLostSince: (ns) => ns <= 10 });
  for (const id of [1, 2]) end.datagram(RECEIVED, answer(id, `n${id}.example`, '192.0.2.1'));
  end.datagram(RECEIVED, answer(1, 'n1.example', '192.0.2.1'));
  end.atNs = 10;
  end.datagram(SENT, query(3, 'before.example'));
  end.atNs = 11;
  end.datagram(SENT, query(4, 'after.example'));
  end.sweep(6e9);
  assert.deepEqual(told(end), [
    ['n1.example', 'NOERROR', '192.0.2.1', 'pieces lost'],
    ['n2.example', 'NOERROR', '192.0.2.1', 'joined in the middle'],
    ['before.example', null, null, 'pieces lost'],
    ['after.example', null, null, 'no answer'],
  ]);
});

test('multicast DNS: who asks has its answer by the record, what is said unasked is no row', () => {
  const end = new DnsEnd();
  const say = (name: string, data: string) =>
    end.datagram(RECEIVED, answer(0, name, data, { questions: [] }), { ...LINK, far: ipv4(9), local: MDNS });
  end.datagram(SENT, query(0, 'Printer.local'), { ...LINK, far: MDNS });
  end.datagram(SENT, query(0, 'nobody.local'), { ...LINK, far: MDNS });
  say('else.local', '192.0.2.3');
  say('printer.local', '192.0.2.9');
  say('printer.local', '192.0.2.9');
  end.datagram(SENT, query(77, 'legacy.local'), { ports: [40_000, 5353], far: MDNS });
  end.datagram(RECEIVED, answer(77, 'legacy.local', '192.0.2.8'), { ports: [40_000, 5353], far: ipv4(8) });
  end.sweep(6e9);
  assert.deepEqual(told(end), [
    ['Printer.local', 'NOERROR', '192.0.2.9', null],
    ['legacy.local', 'NOERROR', '192.0.2.8', null],
    ['nobody.local', null, null, 'no answer'],
  ]);
});

test('multicast DNS: what a link hears is a row where it is answered', () => {
  const end = new DnsEnd();
  const hear = (name: string) =>
    end.datagram(RECEIVED, query(0, name), { ...LINK, far: ipv4(9), local: MDNS });
  for (const name of ['mine.local', 'others.local']) hear(name);
  end.datagram(SENT, answer(0, 'mine.local', '192.0.2.1', { questions: [] }), { ...LINK, far: MDNS });
  end.sweep(6e9);
  assert.deepEqual(told(end), [['mine.local', 'NOERROR', '192.0.2.1', null]]);
  assert.deepEqual([end.begun.length, end.told[0]?.isClient], [1, false]);
});
