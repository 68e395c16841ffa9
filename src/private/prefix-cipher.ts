import { createCipheriv, randomBytes } from 'node:crypto';

const BITS = 128;
const BLOCK = 16;

/**
 * Flips bits of addresses: two that have their first n bits in common still have, and no more of them than before
 * (Crypto-PAn: Xu, Fan, Ammar and Moon, 2002). The key is made anew and leaves the process nowhere.
 */
export class PrefixCipher {
  private readonly cipher = createCipheriv('aes-128-ecb', randomBytes(BLOCK), null).setAutoPadding(false);

  /**
   * Of 16 bytes, with the bits before `from` as they are. Those before `to` are never all as they were: where none of
   * the others is flipped, the last one is. That too depends on the bits before it alone.
   */
  flip(address: Uint8Array, from: number, to: number): Uint8Array {
    const flipped = Uint8Array.from(address);
    if (from >= BITS) return flipped;
    const blocks = Buffer.alloc(BLOCK * (BITS - from));
    for (let bit = from; bit < BITS; bit++) blocks.set(this.before(address, bit), BLOCK * (bit - from));
    const flips = this.cipher.update(blocks);
    let isSame = true;
    for (let bit = from; bit < BITS; bit++) {
      const isForced = isSame && bit === to - 1;
      if (!isForced && ((flips[BLOCK * (bit - from)] ?? 0) & 0x80) === 0) continue;
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ bitOf(bit);
      isSame = false;
    }
    return flipped;
  }

  /**
   * The bits before one, and a 1 behind them: whether that one is flipped depends on them alone. With other bits to fill
   * up the block, two places may have the same one, and be flipped or not together.
   */
  private before(address: Uint8Array, bit: number): Uint8Array {
    const block = new Uint8Array(BLOCK);
    const whole = bit >> 3;
    block.set(address.subarray(0, whole));
    const mask = (0xff00 >> (bit & 7)) & 0xff;
    block[whole] = ((address[whole] ?? 0) & mask) | bitOf(bit);
    return block;
  }
}

const bitOf = (bit: number): number => 0x80 >> (bit & 7);
