import { closeSync, fchownSync, fstatSync, openSync, statSync, unlinkSync } from 'node:fs';
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
    throw new UsageError(
      code === 'EEXIST'
        ? `${quote(file)} is there already: remove it, or choose another name`
        : `${quote(file)} cannot be written: ${message.split(',')[0]}`,
    );
  }
}

/** Takes back a file that was not finished, where it is still that one, and closes it. */
export function removeOwn(file: string, fd: number): void {
  const { ino, dev } = fstatSync(fd);
  const there = statSync(file, { throwIfNoEntry: false });
  if (there?.ino === ino && there.dev === dev) unlinkSync(file);
  closeSync(fd);
}
