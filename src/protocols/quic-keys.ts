import { createRequire } from 'node:module';

/** Loaded with the first Initial: most machines never see one. */
const crypto = (): typeof import('node:crypto') => createRequire(import.meta.url)('node:crypto');

export interface QuicVersion {
  /** As people count them. */
  name: 1 | 2;
  salt: Buffer;
  /** Before key, iv and hp in the labels. */
  label: string;
  /** The type of an Initial in the first byte. */
  initial: number;
}

export interface InitialKeys {
  key: Buffer;
  iv: Buffer;
  hp: Buffer;
}

/** RFC 9001, 5.2; RFC 9369, 3.3. */
const VERSIONS: Readonly<Record<number, QuicVersion>> = {
  1: {
    name: 1,
    salt: Buffer.from('38762cf7f55934b34d179ae6a4c80cadccbb7f0a', 'hex'),
    label: 'quic',
    initial: 0,
  },
  1798521807: {
    name: 2,
    salt: Buffer.from('0dede3def700a6db819381be6e269dcbf9bd2ed9', 'hex'),
    label: 'quicv2',
    initial: 1,
  },
};
const TAG = 16;
const SAMPLE = 16;

/** null: no version whose Initials can be opened. */
export const versionOf = (version: number): QuicVersion | null => VERSIONS[version] ?? null;

/** The keys of an Initial follow from the connection id that the client chose for the server's side first. */
export function initialKeys(version: QuicVersion, id: Uint8Array, side: 'client' | 'server'): InitialKeys {
  const initial = crypto().createHmac('sha256', version.salt).update(id).digest();
  const secret = expand(initial, `${side} in`, 32);
  return {
    key: expand(secret, `${version.label} key`, 16),
    iv: expand(secret, `${version.label} iv`, 12),
    hp: expand(secret, `${version.label} hp`, 16),
  };
}

/** HKDF-Expand-Label (RFC 8446, 7.1), of which one block of the hash is enough. */
function expand(secret: Buffer, label: string, length: number): Buffer {
  const name = Buffer.from(`tls13 ${label}`);
  const info = [Buffer.of(0, length, name.length), name, Buffer.of(0, 1)];
  return crypto().createHmac('sha256', secret).update(Buffer.concat(info)).digest().subarray(0, length);
}

/**
 * The payload of a packet whose number begins at `numberAt` (RFC 9001, 5.3 and 5.4); null where it does not open: it
 * was cut, damaged, or has other keys.
 */
export function openPacket(keys: InitialKeys, packet: Uint8Array, numberAt: number): Buffer | null {
  const sampleAt = numberAt + 4;
  if (packet.length < sampleAt + SAMPLE) return null;
  const mask = crypto()
    .createCipheriv('aes-128-ecb', keys.hp, null)
    .update(packet.subarray(sampleAt, sampleAt + SAMPLE));
  const header = Buffer.from(packet.subarray(0, sampleAt));
  header[0] = (header[0] ?? 0) ^ ((mask[0] ?? 0) & 0x0f);
  const numberLength = ((header[0] ?? 0) & 3) + 1;
  const nonce = Buffer.from(keys.iv);
  for (let index = 0; index < numberLength; index++) {
    const number = (header[numberAt + index] ?? 0) ^ (mask[1 + index] ?? 0);
    header[numberAt + index] = number;
    const at = nonce.length - numberLength + index;
    nonce[at] = (nonce[at] ?? 0) ^ number;
  }
  const from = numberAt + numberLength;
  const decipher = crypto().createDecipheriv('aes-128-gcm', keys.key, nonce);
  decipher.setAAD(header.subarray(0, from));
  decipher.setAuthTag(packet.subarray(packet.length - TAG));
  try {
    return Buffer.concat([decipher.update(packet.subarray(from, packet.length - TAG)), decipher.final()]);
  } catch {
    return null;
  }
}
