import koffi from 'koffi';
import { structOf } from './codec.ts';
import { u64, viewOf } from './fields.ts';
import type { Pointer } from './libbpf.ts';

export interface Libc {
  mmap(address: null, length: number, protection: number, flags: number, fd: number, offset: number): Pointer;
  munmap(address: Pointer, length: number): number;
  close(fd: number): number;
  sysconf(name: number): number;
  vsnprintf(buffer: Uint8Array, size: number, format: string, args: Pointer): number;
  strerror(error: number): string;
  setns(fd: number, type: number): number;
  sigfillset(set: Uint8Array): number;
  pthread_sigmask(how: number, set: Uint8Array, before: Uint8Array): number;
  clock_getres(clock: number, resolution: Uint8Array): number;
  clock_gettime(clock: number, time: Uint8Array): number;
  socket(family: number, type: number, protocol: number): number;
  send(fd: number, bytes: Uint8Array, length: number, flags: number): number;
  recv(fd: number, bytes: Uint8Array, length: number, flags: number): number;
  memfd_create(name: string, flags: number): number;
  /** The list's address; null: it cannot be read. */
  if_nameindex(): Pointer | null;
  if_freenameindex(list: Pointer): void;
  fsopen(call: number, name: string, flags: number): number;
  fsconfig(call: number, fd: number, command: number, key: null, value: null, auxiliary: number): number;
  fsmount(call: number, fd: number, flags: number, attributes: number): number;
}

const SIGNATURES: Record<keyof Libc, string> = {
  mmap: 'void *mmap(void *address, size_t length, int protection, int flags, int fd, int64_t offset)',
  munmap: 'int munmap(void *address, size_t length)',
  close: 'int close(int fd)',
  sysconf: 'long sysconf(int name)',
  vsnprintf: 'int vsnprintf(void *buffer, size_t size, const char *format, void *args)',
  strerror: 'const char *strerror(int error)',
  setns: 'int setns(int fd, int type)',
  sigfillset: 'int sigfillset(void *set)',
  pthread_sigmask: 'int pthread_sigmask(int how, const void *set, void *before)',
  clock_getres: 'int clock_getres(int clock, void *resolution)',
  clock_gettime: 'int clock_gettime(int clock, void *time)',
  socket: 'int socket(int family, int type, int protocol)',
  send: 'long send(int fd, const void *bytes, size_t length, int flags)',
  recv: 'long recv(int fd, void *bytes, size_t length, int flags)',
  memfd_create: 'int memfd_create(const char *name, unsigned int flags)',
  if_nameindex: 'void *if_nameindex(void)',
  if_freenameindex: 'void if_freenameindex(void *list)',
  // glibc has names for these only since 2.36
  fsopen: 'long syscall(long call, const char *name, unsigned int flags)',
  fsconfig:
    'long syscall(long call, int fd, unsigned int command, const char *key, void *value, int auxiliary)',
  fsmount: 'long syscall(long call, int fd, unsigned int flags, unsigned int attributes)',
};

/** Of glibc alone. */
const ALLOCATOR: Record<keyof Allocator, string> = {
  mallopt: 'int mallopt(int option, int value)',
  malloc_trim: 'int malloc_trim(size_t pad)',
};
const M_TRIM_THRESHOLD = -1;
const M_MMAP_THRESHOLD = -3;
/** The most that glibc takes. */
const LARGEST_BLOCK = 32 << 20;

interface Allocator {
  mallopt(option: number, value: number): number;
  malloc_trim(pad: number): number;
}

export const PROT_READ = 1;
export const PROT_WRITE = 2;
const MAP_SHARED = 1;
const MAP_PRIVATE = 2;
const MAP_FAILED = 0xffffffffffffffffn;
const _SC_PAGESIZE = 30;
const CLOCK_THREAD_CPUTIME_ID = 3;
const CLOCK_MONOTONIC_COARSE = 6;
const TIMESPEC = structOf('timespec', { seconds: u64, nanoseconds: u64 });

let bound: Libc | undefined;

export function libc(): Libc {
  if (bound) return bound;
  const self = koffi.load(null); // the process itself: the same on glibc and musl
  const functions: Record<string, unknown> = {};
  for (const [name, signature] of Object.entries(SIGNATURES)) functions[name] = self.func(signature);
  bound = functions as unknown as Libc;
  return bound;
}

let allocator: Allocator | null | undefined;

/** null: musl gives back by itself. */
function glibcAllocator(): Allocator | null {
  if (allocator !== undefined) return allocator;
  try {
    const self = koffi.load(null);
    allocator = {
      mallopt: self.func(ALLOCATOR.mallopt) as unknown as Allocator['mallopt'],
      malloc_trim: self.func(ALLOCATOR.malloc_trim) as unknown as Allocator['malloc_trim'],
    };
  } catch {
    allocator = null;
  }
  return allocator;
}

let holding = false;

/**
 * Until letBlocksGo(): memory that is freed is used again. libbpf reads megabytes of the kernel's types for each
 * object that it loads, and in a virtual machine the first touch of a page may take 30 µs: 90 ms for each object
 * against 5.
 */
export function holdBlocks(): void {
  holding = glibcAllocator() !== null;
  glibcAllocator()?.mallopt(M_MMAP_THRESHOLD, LARGEST_BLOCK);
  glibcAllocator()?.mallopt(M_TRIM_THRESHOLD, 2 * LARGEST_BLOCK);
}

/**
 * From now on blocks from 128 KiB on are mapped each, and given back when they are freed. glibc begins so too, but
 * raises the limit to the size of the largest that was freed: after the kernel's BTF that is megabytes, and what lies
 * between small blocks that are in use stays resident.
 */
export function letBlocksGo(): void {
  if (!holding) return;
  holding = false;
  for (const option of [M_MMAP_THRESHOLD, M_TRIM_THRESHOLD]) glibcAllocator()?.mallopt(option, 128 << 10);
  giveBack();
}

/** Gives free memory of malloc, of all threads, back to the kernel, unless it is held: some milliseconds. */
export function giveBack(): void {
  if (!holding) glibcAllocator()?.malloc_trim(0);
}

export function pageSize(): number {
  return Number(libc().sysconf(_SC_PAGESIZE));
}

/** Jiffies per second: the coarse clock goes on with each. */
export function jiffiesPerSecond(): number {
  const resolution = TIMESPEC.bytes({});
  libc().clock_getres(CLOCK_MONOTONIC_COARSE, resolution);
  return Math.round(1e9 / TIMESPEC.get.nanoseconds(viewOf(resolution), 0)); // below one second
}

/** What the calling thread has had of a CPU, ns: on a busy machine less than what passed. */
export function threadTimeNs(): number {
  const time = TIMESPEC.bytes({});
  libc().clock_gettime(CLOCK_THREAD_CPUTIME_ID, time);
  const view = viewOf(time);
  return TIMESPEC.get.seconds(view, 0) * 1e9 + TIMESPEC.get.nanoseconds(view, 0);
}

export interface Mapping {
  memory: ArrayBuffer;
  /** No view of the memory may be used after this. */
  unmap(): void;
}

const isMapped = (address: Pointer | null): boolean =>
  address !== null && BigInt.asUintN(64, BigInt(address)) !== MAP_FAILED;

/** Maps `length` bytes of a file descriptor. Throws an Error with the kernel's reason. */
export function mapMemory(fd: number, length: number, protection: number, offset = 0): Mapping {
  const address = libc().mmap(null, length, protection, MAP_SHARED, fd, offset);
  if (!isMapped(address)) throw new Error(`mmap of ${length} bytes: ${libc().strerror(koffi.errno())}`);
  return { memory: koffi.view(address, length) as ArrayBuffer, unmap: () => libc().munmap(address, length) };
}

/** The bytes of a file, to be read, for as long as the process runs; null: it cannot be mapped. */
export function mapPrivately(fd: number, length: number): Uint8Array | null {
  const address = libc().mmap(null, length, PROT_READ, MAP_PRIVATE, fd, 0);
  return isMapped(address) ? new Uint8Array(koffi.view(address, length) as ArrayBuffer) : null;
}

/** Where a buffer is, for a struct that points to it; it has to be held as long as that is in use. */
export const addressOf = (buffer: Buffer): bigint => BigInt(koffi.address(buffer));

/** Message for an errno, such as "Operation not permitted"; the sign is ignored. */
export function errorText(code: number): string {
  return libc().strerror(Math.abs(code));
}

export function lastErrno(): number {
  return koffi.errno();
}
