import { createCipheriv } from 'node:crypto';

/** RFC 9001, A.1 and RFC 9369, A.1: the keys that follow from the connection id 8394c8f03e515708. */
const KEYS = {
  v1: {
    client: [
      '1f369613dd76d5467730efcbe3b1a22d',
      'fa044b2f42a3fd3b46fb255c',
      '9f50449e04a0e810283a1e9933adedd2',
    ],
    server: [
      'cf3a5331653c364c88f0f379b6067e37',
      '0ac1493ca1905853b0bba03e',
      'c206b8d9b9f0f37644430b490eeaa314',
    ],
  },
  v2: {
    client: [
      '8b1a0bc121284290a29e0971b5cd045d',
      '91f73e2351d8fa91660e909f',
      '45b95e15235d6f45a6b19cbcb0294ba9',
    ],
    server: [
      '82db637861d55e1d011f19ea71d5d2a7',
      'dd13c276499c0249d3310652',
      'edf6d05c83121201b436e16877593c3a',
    ],
  },
} as const;

export type Version = keyof typeof KEYS;
export type Side = 'client' | 'server';

export const hex = (text: string): Buffer => Buffer.from(text, 'hex');

export function keysOf(version: Version, side: Side) {
  const [key, iv, hp] = KEYS[version][side];
  return { key: hex(key), iv: hex(iv), hp: hex(hp) };
}

/** A packet whose number is the last bytes of the header, whose first byte says how many. */
export function seal(version: Version, side: Side, header: Buffer, payload: Uint8Array): Buffer {
  const { key, iv, hp } = keysOf(version, side);
  const length = ((header[0] ?? 0) & 3) + 1;
  const nonce = Buffer.from(iv);
  for (let index = 1; index <= length; index++)
    nonce.writeUInt8(nonce.readUInt8(12 - index) ^ header.readUInt8(header.length - index), 12 - index);
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  cipher.setAAD(header);
  const packet = Buffer.concat([header, cipher.update(payload), cipher.final(), cipher.getAuthTag()]);
  const numberAt = header.length - length;
  const mask = createCipheriv('aes-128-ecb', hp, null).update(packet.subarray(numberAt + 4, numberAt + 20));
  packet.writeUInt8(packet.readUInt8(0) ^ (mask.readUInt8(0) & 15), 0);
  for (let index = 0; index < length; index++)
    packet.writeUInt8(packet.readUInt8(numberAt + index) ^ mask.readUInt8(1 + index), numberAt + index);
  return packet;
}

/** An Initial of a client that chose 8394c8f03e515708, with such a number of one byte. */
export function initial(version: Version, number: number, payload: Uint8Array): Buffer {
  const first = version === 'v1' ? 'c0' : 'd0';
  const rest = `${version === 'v1' ? '00000001' : '6b3343cf'}088394c8f03e5157080000`;
  const length = Buffer.alloc(2);
  length.writeUInt16BE(0x4000 | (payload.length + 17));
  return seal(version, 'client', Buffer.concat([hex(first + rest), length, Buffer.of(number)]), payload);
}

/** A CRYPTO frame. */
export function crypto(offset: number, bytes: Uint8Array): Buffer {
  const head = Buffer.of(6, 0x80, 0, 0, 0, 0x40, 0);
  head.writeUInt32BE((0x8000_0000 | offset) >>> 0, 1);
  head.writeUInt16BE(0x4000 | bytes.length, 5);
  return Buffer.concat([head, bytes]);
}

/** RFC 9001 and 9369, A.2: the frame that the client sends, with a ClientHello of 241 bytes. */
export const CLIENT_FRAME = hex(
  '060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e86804fe3a47f06a2b69484c00000413011302010000' +
    'c000000010000e00000b6578616d706c652e636f6dff01000100000a00080006001d0017001800100007000504616c706e000500' +
    '050100000000003300260024001d00209370b2c9caa47fbabaf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b0003' +
    '020304000d0010000e0403050306030203080408050806002d00020101001c00024001003900320408ffffffffffffffff050480' +
    '00ffff07048000ffff0801100104800075300901100f088394c8f03e51570806048000ffff',
);

/** A.3 of both: the server's answer, whole. */
export const SERVER_PACKETS = {
  v1:
    'cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69797554780bb38cc5a99f5ede4cf73c3e' +
    'c2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84022f8ef4cdd93795d77d06edbb7aaf2f58891850' +
    'abbdca3d20398c276456cbc42158407dd074ee',
  v2:
    'dc6b3343cf0008f067a5502a4262b5004075d92faaf16f05d8a4398c47089698baeea26b91eb761d9b89237bbf87263017915358230035f7fd39' +
    '45d88965cf17f9af6e16886c61bfc703106fbaf3cb4cfa52382dd16a393e42757507698075b2c984c707f0a0812d8cd5a6881eaf21ceda98f4bd' +
    '23f6fe1a3e2c43edd9ce7ca84bed8521e2e140',
} as const;
