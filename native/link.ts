import { libbpf, type Pointer } from './libbpf.ts';
import { errorText, libc } from './libc.ts';

/** An open link; the program runs until it is destroyed, or until the process ends. */
export class Link {
  constructor(private pointer: Pointer | null) {}

  get fd(): number {
    return this.pointer ? libbpf().linkFd(this.pointer) : -1;
  }

  destroy(): void {
    if (this.pointer) libbpf().destroyLink(this.pointer);
    this.pointer = null;
  }
}

/** The same for a program that libbpf does not know: two descriptors. */
export class DescriptorLink {
  constructor(private descriptors: number[]) {}

  destroy(): void {
    for (const fd of this.descriptors) libc().close(fd);
    this.descriptors = [];
  }
}

/** An attached iterator program's output, from the network namespace that the calling thread is in now. */
export function openIterator(link: Link): number {
  const fd = libbpf().createIterator(link.fd);
  if (fd < 0) throw new Error(`iterator: ${errorText(fd)}`);
  return fd;
}

/**
 * Runs an attached iterator program once: `read` reads its output from the descriptor to the end, in parts.
 * The descriptor is closed after the last one.
 */
export function* iterate(link: Link, read: (fd: number) => Iterable<void>): Generator<void> {
  const fd = openIterator(link);
  try {
    yield* read(fd);
  } finally {
    libc().close(fd);
  }
}
