import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
} from 'node:fs';
import type { ReadAt } from './elf-file.ts';

/** A file whose code processes have in their memory. */
export interface CodeFile {
  /** It can be opened there, whatever the process's root is, and though it was deleted. */
  path: string;
  name: string;
}

/** One line of /proc/PID/maps, of code: proc(5). */
const CODE = /^0*([0-9a-f]+)-0*([0-9a-f]+) ..x. [0-9a-f]+ ([0-9a-f]+:[0-9a-f]+ \d+) +(\/.*)$/;
/** Where libraries are that a program will load which does not run yet. */
const LIBRARY_FOLDERS = ['/usr/lib', '/usr/lib64', '/lib', '/lib64', '/usr/local/lib'];

/** Running processes. */
export const processIds = (): number[] => readdirSync('/proc').map(Number).filter(Number.isInteger);

/** The program first. None of a process that is gone, or is the kernel's. */
export function mappedFiles(pid: number): CodeFile[] {
  const found = new Map<string, CodeFile>();
  for (const line of text(`/proc/${pid}/maps`).split('\n')) {
    const [, from, to, id, name] = CODE.exec(line) ?? [];
    if (!id || !name || found.has(id)) continue;
    found.set(id, { path: `/proc/${pid}/map_files/${from}-${to}`, name });
  }
  return [...found.values()];
}

/** Of the libraries of this machine those with such names. */
export function libraryFiles(pattern: RegExp): CodeFile[] {
  const folders = LIBRARY_FOLDERS.flatMap((folder) => [
    folder,
    ...entries(folder)
      .filter((name) => name.endsWith('-linux-gnu'))
      .map((name) => `${folder}/${name}`),
  ]);
  return folders
    .flatMap((folder) => entries(folder).map((name) => `${folder}/${name}`))
    .filter((path) => pattern.test(path))
    .map((path) => ({ path, name: path }));
}

export const commandOf = (pid: number): string => text(`/proc/${pid}/comm`).trimEnd();

/** What a file is known by: another one may get its number, and it may be written anew. null: it is gone. */
export function identityOf(path: string): string | null {
  try {
    const stat = statSync(path, { bigint: true });
    return stat.isFile() ? `${stat.dev} ${stat.ino} ${stat.size} ${stat.mtimeNs}` : null;
  } catch {
    return null;
  }
}

/** Lends the file's bytes; null: it can't be read. */
export function withFile<T>(path: string, use: (read: ReadAt) => T): T | null {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) return null;
    return use((offset, length) => {
      const bytes = Buffer.alloc(Math.max(0, Math.min(length, stat.size - offset)));
      return bytes.length === 0 ? bytes : bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, offset));
    });
  } catch {
    return null; // it changes while it is read
  } finally {
    closeSync(fd);
  }
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function text(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
