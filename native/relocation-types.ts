import { writeSync } from 'node:fs';
import { BtfTypes } from './btf-types.ts';
import { sectionBytes } from './elf.ts';
import type { KernelTypes } from './kernel.ts';
import { libc } from './libc.ts';
import { relocatedNames } from './relocations.ts';

const MFD_CLOEXEC = 1;

/** A file in memory with the kernel's types that an object's relocations ask for. */
export interface TypesFile {
  path: string;
  close(): void;
}

/** null: libbpf has to read the kernel's own. */
export function typesFile(elf: Buffer, types: KernelTypes): TypesFile | null {
  const kernel = types.btf();
  const names = kernel && relocatedNames(elf, new BtfTypes(sectionBytes(elf, '.BTF')));
  if (!names) return null;
  const fd = libc().memfd_create('types', MFD_CLOEXEC);
  if (fd < 0) return null; // a filter of system calls refuses it
  writeSync(fd, kernel.partWith(names));
  return { path: `/proc/self/fd/${fd}`, close: () => libc().close(fd) };
}
