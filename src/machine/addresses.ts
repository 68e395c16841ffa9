import { readFileSync } from 'node:fs';

/** /proc/kallsyms, the wanted symbols only; an address of zeros is one that the kernel hides. */
export function readAddresses(wanted: ReadonlySet<string>): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of readFileSync('/proc/kallsyms', 'latin1').split('\n')) {
    const [address, , name] = line.split(/[ \t]/);
    if (address && name && wanted.has(name) && !/^0+$/.test(address)) found.set(name, address);
  }
  return found;
}
