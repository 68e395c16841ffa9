import koffi from 'koffi';
import { structOf } from './codec.ts';
import { u64Exact as pointer, u32 } from './fields.ts';
import { errorText, lastErrno, libc } from './libc.ts';

const ENTRY = structOf('if_nameindex', { index: u32, name: pointer });

/**
 * Names of the interfaces by number, as they are, in the network namespace of the calling thread:
 * /sys/class/net shows the one that sysfs was mounted in. Throws an Error with the kernel's reason.
 */
export function interfaceNames(): Map<number, string> {
  const list = libc().if_nameindex();
  if (list === null) throw new Error(`if_nameindex: ${errorText(lastErrno())}`);
  const names = new Map<number, string>();
  try {
    for (let at = 0; ; at += ENTRY.size) {
      const index = koffi.decode(list, at + ENTRY.at.index, 'unsigned int') as number;
      if (index === 0) return names;
      names.set(index, koffi.decode(list, at + ENTRY.at.name, 'const char *') as string);
    }
  } finally {
    libc().if_freenameindex(list);
  }
}
