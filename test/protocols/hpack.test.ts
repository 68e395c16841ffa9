import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HeaderField, Hpack } from '../../src/protocols/hpack.ts';
import { decodeHuffman } from '../../src/protocols/hpack-huffman.ts';

const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const all = () => new Hpack(() => true);
const text = (fields: readonly HeaderField[] | null) => fields?.map(({ name, value }) => `${name}: ${value}`);

/** RFC 7541, C.2: each representation by itself. */
test('single fields (C.2)', () => {
  const fields: [string, string][] = [
    ['400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572', 'custom-key: custom-header'],
    ['040c 2f73 616d 706c 652f 7061 7468', ':path: /sample/path'],
    ['1008 7061 7373 776f 7264 0673 6563 7265 74', 'password: secret'],
    ['82', ':method: GET'],
  ];
  for (const [hex, field] of fields) assert.deepEqual(text(all().decode(bytesOf(hex))), [field]);
});

const REQUESTS = [
  [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com'],
  [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com', 'cache-control: no-cache'],
  [
    ':method: GET',
    ':scheme: https',
    ':path: /index.html',
    ':authority: www.example.com',
    'custom-key: custom-value',
  ],
];
const DATE = 'Mon, 21 Oct 2013 20:13';
const COOKIE = 'foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1';
const LOCATION = 'location: https://www.example.com';
const RESPONSES = [
  [':status: 302', 'cache-control: private', `date: ${DATE}:21 GMT`, LOCATION],
  [':status: 307', 'cache-control: private', `date: ${DATE}:21 GMT`, LOCATION],
  [
    ':status: 200',
    'cache-control: private',
    `date: ${DATE}:22 GMT`,
    LOCATION,
    'content-encoding: gzip',
    `set-cookie: ${COOKIE}`,
  ],
];

/** RFC 7541, C.3 to C.6: the blocks of a connection, with and without Huffman, the responses in a table of 256 bytes. */
const CONNECTIONS: [string, string[], string[][]][] = [
  [
    'C.3',
    [
      '8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d',
      '8286 84be 5808 6e6f 2d63 6163 6865',
      '8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65',
    ],
    REQUESTS,
  ],
  [
    'C.4',
    [
      '8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff',
      '8286 84be 5886 a8eb 1064 9cbf',
      '8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf',
    ],
    REQUESTS,
  ],
  [
    'C.5',
    [
      '4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3120' +
        '474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d',
      '4803 3330 37c1 c0bf',
      '88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970 7738 666f' +
        '6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b' +
        '2076 6572 7369 6f6e 3d31',
    ],
    RESPONSES,
  ],
  [
    'C.6',
    [
      '4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718' +
        '63c7 8f0b 97c8 e9ae 82ae 43d3',
      '4883 640e ffc1 c0bf',
      '88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335' +
        'dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07',
    ],
    RESPONSES,
  ],
];

test('connections with a dynamic table (C.3 to C.6)', () => {
  for (const [name, blocks, expected] of CONNECTIONS) {
    const decoder = all();
    if (expected === RESPONSES) decoder.decode(bytesOf('3f e1 01'));
    assert.deepEqual(
      blocks.map((block) => text(decoder.decode(bytesOf(block)))),
      expected,
      name,
    );
  }
});

test('joined late, or after a block that was missed: what was added since is known, the rest is unknown', () => {
  for (const [name, blocks, expected] of CONNECTIONS) {
    const late = all();
    const told = blocks.slice(1).map((block) => late.decode(bytesOf(block)));
    told.forEach((fields, index) => {
      assert.equal(fields?.length, expected[index + 1]?.length, name);
      for (const [place, field] of fields?.entries() ?? [])
        assert.ok(
          field.value === null || expected[index + 1]?.[place] === `${field.name}: ${field.value}`,
          name,
        );
    });
    const known = told.flat().filter((field) => field?.value !== null).length;
    assert.ok(known >= 5, `${name} ${known}`);
  }
  const decoder = all();
  decoder.decode(bytesOf(CONNECTIONS[0]?.[1][0] ?? ''));
  decoder.forget();
  assert.deepEqual(text(decoder.decode(bytesOf('82 be'))), [':method: GET', 'null: null']);
});

test('values that nobody wants are not kept', () => {
  const decoder = new Hpack((name) => name === ':path');
  assert.deepEqual(
    text(decoder.decode(bytesOf('1008 7061 7373 776f 7264 0673 6563 7265 74 040c 2f73616d706c652f70617468'))),
    ['password: null', ':path: /sample/path'],
  );
});

test('faults, after each of which nothing from before is known', () => {
  const faults = [
    '80',
    'ff',
    'ffffffffff7f',
    '40',
    '400a63',
    '0085ffffffff',
    '0081 00 00',
    '0084 fffffffc 00',
    '0085 fffffffff0 00',
    '3fffffffff7f',
  ];
  for (const hex of faults) {
    const decoder = all();
    decoder.decode(bytesOf(CONNECTIONS[0]?.[1][0] ?? ''));
    assert.equal(decoder.decode(bytesOf(hex)), null, hex);
    assert.deepEqual(text(decoder.decode(bytesOf('be'))), ['null: null']);
  }
});

test('a bomb of references comes to a bounded list, and entries to a bounded table', () => {
  const decoder = all();
  assert.equal(decoder.decode(Buffer.alloc(20_000, 0x82))?.length, 256);
  decoder.decode(bytesOf('3f e1 ff 7f'));
  for (let times = 0; times < 5000; times++) decoder.decode(bytesOf('40 01 61 01 62'));
  assert.deepEqual(text(decoder.decode(bytesOf('ff e0 0f'))), ['null: null']);
});

test('Huffman: padding', () => {
  assert.equal(decodeHuffman(bytesOf('1f'), 0, 1), 'a');
  assert.equal(decodeHuffman(bytesOf(''), 0, 0), '');
  for (const wrong of ['18', '1fff', 'ffffffff'])
    assert.equal(decodeHuffman(bytesOf(wrong), 0, wrong.length / 2), null, wrong);
});
