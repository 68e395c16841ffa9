import {
  closeSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  renameSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { UsageError } from '../errors.ts';
import { quote } from '../filter/error.ts';

/**
 * A new file, open for reading and writing, of the user who called sudo, and readable by nobody else. Throws a
 * UsageError; one that is there already is never written over.
 */
export function createOwn(file: string): number {
  try {
    const fd = openSync(file, 'wx+', 0o600);
    const { SUDO_UID, SUDO_GID } = process.env;
    if (SUDO_UID && SUDO_GID) fchownSync(fd, Number(SUDO_UID), Number(SUDO_GID));
    return fd;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw isThere(file);
    throw new UsageError(`${quote(file)} cannot be written: ${message.split(',')[0]}`);
  }
}

/** Whoever reads that a folder or a device could be removed might do it. */
function isThere(file: string): UsageError {
  const isPlain = lstatSync(file, { throwIfNoEntry: false })?.isFile() === true;
  return new UsageError(
    `${quote(file)} is there already: ${isPlain ? 'remove it, or choose' : 'choose'} another name`,
  );
}

/** The same without a name: whatever ends nettop, nothing of it stays. */
export function createUnnamed(path: string): number {
  const fd = createOwn(path);
  unlinkSync(path);
  return fd;
}

/** A file that has its name when it is whole: until then it stands beside it under one that says that it is not. */
export class UnfinishedFile {
  readonly fd: number;
  private readonly path: string;

  /** Throws a UsageError. */
  constructor(private readonly file: string) {
    this.path = `${file}.unfinished`;
    this.fd = createOwn(this.path);
    if (!lstatSync(file, { throwIfNoEntry: false })) return;
    this.remove();
    throw isThere(file);
  }

  /** Throws a UsageError where another took its name meanwhile, else the system's error. */
  finish(): void {
    const { fd, path, file } = this;
    fsyncSync(fd); // a full disk may say so no sooner
    try {
      linkSync(path, file); // which never takes the place of another, as a new name would
      unlinkSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw isThere(file);
      renameSync(path, file); // a file system without links
    }
    closeSync(fd);
  }

  remove(): void {
    removeOwn(this.path, this.fd);
  }
}

/** Takes back a file that was not finished, where it is still that one, and closes it. */
export function removeOwn(file: string, fd: number): void {
  const { ino, dev } = fstatSync(fd);
  const there = statSync(file, { throwIfNoEntry: false });
  if (there?.ino === ino && there.dev === dev) unlinkSync(file);
  closeSync(fd);
}
