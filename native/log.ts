import koffi from 'koffi';
import { libbpf, type Pointer } from './libbpf.ts';
import { libc } from './libc.ts';

const LIBBPF_WARN = 0;
const LIBBPF_DEBUG = 2;
/** The verifier's log of a program is one message, and its end says why the program was refused. */
const LONGEST = 1 << 20;

/**
 * Runs `work` with libbpf's log sent to `sink`, a line at a time; `debug` adds its debug level. The
 * callback is global to the process: one thread at a time, and only around calls that need it.
 */
export function withLog<T>(sink: (line: string) => void, debug: boolean, work: () => T): T {
  let buffer: Buffer | undefined; // most calls have nothing to say, and a megabyte of fresh memory is 256 page faults
  const print = (level: number, format: string, args: Pointer): number => {
    if (level > (debug ? LIBBPF_DEBUG : LIBBPF_WARN)) return 0;
    buffer ??= Buffer.allocUnsafe(LONGEST);
    const length = libc().vsnprintf(buffer, buffer.length, format, args);
    const text = buffer.toString('utf8', 0, Math.min(length, buffer.length - 1));
    for (const line of text.split('\n')) if (line.trim()) sink(line.trimEnd());
    return 0;
  };
  const callback = koffi.register(print, koffi.pointer(printPrototype()));
  libbpf().setPrint(callback);
  try {
    return work();
  } finally {
    libbpf().setPrint(null);
    koffi.unregister(callback);
  }
}

let prototype: ReturnType<typeof koffi.proto> | undefined;

function printPrototype(): ReturnType<typeof koffi.proto> {
  prototype ??= koffi.proto('int libbpf_print(int level, const char *format, void *args)');
  return prototype;
}
