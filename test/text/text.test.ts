import assert from 'node:assert/strict';
import { test } from 'node:test';
import stringWidth from 'string-width';
import { cutMiddle, cutStart, fit, sanitize, width, wrap } from '../../src/text/text.ts';

test('text from outside becomes one safe line', () => {
  const cases: [outside: string, safe: string][] = [
    ['nginx: worker', 'nginx: worker'],
    ['\x1b]0;title\x07', '␛]0;title␇'],
    ['\x1b[2J\r\n\t\0', '␛[2J␍␊␉␀'],
    ['\x9b31m\x85', '·31m·'],
    ['del\x7f', 'del␡'],
    ['a\u202egnp.exe\u2066', 'agnp.exe'],
    ['zero\u200bwidth\ufeff\u00ad\u2060', 'zerowidth'],
    ['line\u2028paragraph\u2029', 'lineparagraph'],
    ['\ud800lone\udc00', '\ufffdlone\ufffd'],
    ['👩🏽\u200d💻 ❤\ufe0f', '👩💻 ❤'],
    ['tag\u{e0041}', 'tag'],
    ['日本語 é', '日本語 é'],
  ];
  for (const [outside, safe] of cases) assert.equal(sanitize(outside), safe);
});

test('text is wrapped at its spaces; a word that is too long has a line of its own', () => {
  assert.deepEqual(wrap('net.ipv4.conf.*.rp_filter to 2 or 0', 9), [
    'net.ipv4.conf.*.rp_filter',
    'to 2 or 0',
  ]);
  assert.deepEqual(wrap('a b c d', 3), ['a b', 'c d']);
});

test('what is narrow by a look is so by the tables', () => {
  const drawn = '·…←↑→↓▲▸▼◆';
  const blocks = Array.from({ length: 0x25a0 - 0x2500 }, (_, n) => String.fromCharCode(0x2500 + n));
  for (const character of [...drawn, ...blocks]) {
    assert.equal(width(character), 1, character);
    assert.equal(stringWidth(character), 1, character);
  }
  assert.deepEqual(
    ['─ é ─', '▸日本', '↔'].map(width),
    ['─ é ─', '▸日本', '↔'].map((text) => stringWidth(text)),
  );
});

test('width counts terminal cells', () => {
  assert.deepEqual(['abc', '日本', 'é', '🚀', '…', '▁█'].map(width), [3, 4, 1, 2, 1, 2]);
});

test('fit fills its cells exactly', () => {
  assert.deepEqual(
    [
      fit('ab', 4),
      fit('ab', 4, 'right'),
      fit('abcdef', 4),
      fit('日本語', 4),
      fit('日本語', 5),
      fit('é', 3, 'right'),
      fit('x', 0),
    ],
    ['ab  ', '  ab', 'abc…', '日… ', '日本…', '  é', ''],
  );
  assert.equal(fit('日本語', 4), fit('日本語', 4));
});

test('long text is cut where it tells least', () => {
  assert.deepEqual(
    [
      cutMiddle('2001:db8::1:2:3', 9),
      cutMiddle('short', 9),
      cutMiddle('abcdef', 2),
      cutStart('3891234567', 7),
    ],
    ['2001…:2:3', 'short', 'ef', '…234567'],
  );
});

test('what the screen is drawn with takes one cell each, as string-width has it', () => {
  const drawn = '±µ·—’‹›…←↑→↓⇄≠␀␉␊␍␡─━│┃█▁▂▃▄▅▆▇▟▲▴▸▼▾◆';
  for (const character of drawn) {
    assert.equal(stringWidth(character), 1, character);
    assert.equal(width(character), 1, character);
  }
});
