import { roundUp, u32, u32Bytes, u64, viewOf } from './fields.ts';
import { libbpf, type Pointer } from './libbpf.ts';
import { errorText, type Mapping, mapMemory, PROT_READ, PROT_WRITE } from './libc.ts';

const ENOENT = 2;
const ENOSPC = 28;
/** Entries per batch: larger chunks are no faster, and no call blocks for long. */
const CHUNK = 4096;
/** In the first batch, as memory for it is made and cleared at each look, and most maps hold few. */
const FEW = 128;

/** One BPF map, by its file descriptor; values are bytes. */
export class BpfMap {
  readonly fd: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  /** Made once, as some maps are read element by element at each tick. */
  private scratch: ReturnType<typeof perCpuScratch> | null = null;

  constructor(
    readonly name: string,
    map: Pointer,
  ) {
    this.fd = libbpf().mapFd(map);
    this.keySize = libbpf().mapKeySize(map);
    this.valueSize = libbpf().mapValueSize(map);
    this.maxEntries = libbpf().mapMaxEntries(map);
  }

  /** The value of an array's element. */
  read(index: number): Buffer {
    const value = Buffer.alloc(this.valueSize);
    this.check(libbpf().lookup(this.fd, u32Bytes(index), value), 'read');
    return value;
  }

  /** One value per possible CPU, in a row, of a per-CPU array's element; valid until the next look at this map. */
  readPerCpu(index: number): DataView {
    this.scratch ??= perCpuScratch(this.valueSize);
    const { key, keyView, value, view } = this.scratch;
    u32.write(keyView, 0, index);
    this.check(libbpf().lookup(this.fd, key, value), 'read');
    return view;
  }

  lookup(key: Uint8Array): Buffer | null {
    const value = Buffer.alloc(this.valueSize);
    return libbpf().lookup(this.fd, key, value) === 0 ? value : null;
  }

  update(key: Uint8Array, value: Uint8Array): void {
    this.check(libbpf().update(this.fd, key, value, 0), 'update');
  }

  /** Writes an array's element. */
  write(index: number, value: Uint8Array): void {
    this.update(u32Bytes(index), value);
  }

  /** True when the entry was there. */
  remove(key: Uint8Array): boolean {
    return libbpf().remove(this.fd, key) === 0;
  }

  /** Removes what is there; a program may go on to fill it. */
  clear(): void {
    const key = Buffer.alloc(this.keySize);
    for (let left = this.maxEntries; left > 0 && libbpf().nextKey(this.fd, null, key) === 0; left--)
      this.remove(key);
  }

  /** Removes an entry of a hash map and returns its last value; before Linux 5.14 that of a moment before. */
  take(key: Uint8Array): Buffer | null {
    const value = Buffer.alloc(this.valueSize);
    if (libbpf().lookupAndRemove(this.fd, key, value) === 0) return value;
    const before = this.lookup(key);
    this.remove(key);
    return before;
  }

  /**
   * Calls `visit` with every entry of a hash map; the bytes are reused after it returns. The value is also to be read
   * at a place of a view of many: one for each of 65,536 would cost more than to read it.
   */
  forEach(visit: (key: Buffer, value: Buffer, values: DataView, at: number) => void): void {
    let size = 0;
    let keys = Buffer.alloc(0);
    let values = Buffer.alloc(0);
    let view = viewOf(values);
    const hold = (entries: number) => {
      if (size < entries)
        [keys, values] = [Buffer.alloc(entries * this.keySize), Buffer.alloc(entries * this.valueSize)];
      view = viewOf(values);
      size = Math.max(size, entries);
    };
    const next = Buffer.alloc(Math.max(u32.size, this.keySize));
    const count = new Uint32Array(1);
    let from: Buffer | null = null;
    for (let result = 0; result === 0; from = next) {
      hold(from === null ? FEW : CHUNK);
      count[0] = size;
      result = libbpf().lookupBatch(this.fd, from, next, keys, values, count, null);
      if (result === -ENOSPC && size < CHUNK) result = 0; // a bucket that a larger batch takes: none was given yet
      if (result !== 0 && result !== -ENOENT) {
        if (result === -ENOSPC) throw new Error(`map ${this.name}: a hash bucket exceeds ${CHUNK} entries`);
        this.check(result, 'read');
      }
      for (let i = 0; i < count[0]; i++) {
        visit(
          keys.subarray(i * this.keySize, (i + 1) * this.keySize),
          values.subarray(i * this.valueSize, (i + 1) * this.valueSize),
          view,
          i * this.valueSize,
        );
      }
    }
  }

  /** The values of a mmapable array, live, each at a multiple of eight bytes. */
  mapValues(): Mapping {
    return mapMemory(this.fd, this.maxEntries * roundUp(this.valueSize, u64.size), PROT_READ | PROT_WRITE);
  }

  private check(result: number, what: string): void {
    if (result < 0) throw new Error(`map ${this.name}: ${what}: ${errorText(result)}`);
  }
}

function perCpuScratch(valueSize: number) {
  const key = Buffer.alloc(u32.size);
  const value = Buffer.alloc(roundUp(valueSize, u64.size) * libbpf().possibleCpus());
  return { key, keyView: viewOf(key), value, view: viewOf(value) };
}
