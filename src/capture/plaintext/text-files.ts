import type { Chosen } from '../../views/requests/text-feed.ts';
import { hasSection } from './elf-file.ts';
import { elfFunctions } from './elf-functions.ts';
import {
  type CodeFile,
  commandOf,
  identityOf,
  libraryFiles,
  mappedFiles,
  processIds,
  withFile,
} from './mapped-files.ts';
import { TEXT_NAMES } from './text-functions.ts';

/** A file that has functions with text, for all who use it, or for one process. */
export interface TextFile extends CodeFile {
  pid: number | null;
  /** By the functions' names, offsets in the file. */
  functions: ReadonlyMap<string, number>;
}

/** A library of TLS by its name; a program may have one built in. */
const LIBRARY = /\/(?:lib)?(?:ssl|gnutls|boringssl)[^/]*$/;
/** Libraries are loaded as they are needed: a process is looked at again for so long. */
const YOUNG_NS = 10e9;
const MOST_FILES = 512;
/** Read at once: files that are made to hold us up wait for the next time. */
const MOST_READ = 256 << 20;
/** What was read of so many files is kept. */
const MOST_KNOWN = 65_536;

/** Finds the files whose functions have text, of processes that there are, and then of new ones. */
export class TextFiles {
  /** What was read of files; null: they have no such functions. */
  private readonly known = new Map<string, ReadonlyMap<string, number> | null>();
  private readonly given = new Set<string>();
  private readonly seenNs = new Map<number, number>();
  private left = MOST_READ;

  /** Those that were not given before. */
  find(chosen: Chosen, nowNs: number): TextFile[] {
    this.left = MOST_READ;
    const found = chosen.anybody && this.seenNs.size === 0 ? this.libraries() : [];
    const pids = processIds();
    const alive = new Set(pids);
    for (const pid of this.seenNs.keys()) if (!alive.has(pid)) this.seenNs.delete(pid);
    for (const pid of pids) {
      const sinceNs = this.seenNs.get(pid) ?? nowNs;
      if (sinceNs === nowNs) this.seenNs.set(pid, nowNs);
      if (nowNs - sinceNs <= YOUNG_NS && pid !== process.pid) found.push(...this.filesOf(pid, chosen));
    }
    return found;
  }

  /** Everything is given anew, by another choice. */
  forget(): void {
    this.given.clear();
    this.seenNs.clear();
  }

  /** Why the text of a process is not seen; null: it is, or the process is gone. It is looked at anew. */
  invisible(pid: number): string | null {
    this.seenNs.delete(pid);
    const files = mappedFiles(pid);
    const [program] = files;
    if (!program || files.some((file, index) => mayHaveText(file, index) && this.functionsOf(file)))
      return null;
    if (files.some(({ name }) => name.includes('/libjvm.so'))) return 'Java';
    if (withFile(program.path, (read) => hasSection(read, '.go.buildinfo'))) return 'Go';
    if (files.some(({ name }) => name.includes('/libnss3.so'))) return 'NSS';
    return 'it has no function of OpenSSL or GnuTLS by name, such as with rustls, or a stripped copy';
  }

  private libraries(): TextFile[] {
    return libraryFiles(LIBRARY).flatMap((file) => this.give(file, null));
  }

  private filesOf(pid: number, chosen: Chosen): TextFile[] {
    const choice = chosen.of(pid, commandOf(pid));
    if (choice === 'no') return [];
    return mappedFiles(pid)
      .filter(mayHaveText)
      .flatMap((file) => this.give(file, choice === 'process' ? pid : null));
  }

  private give(file: CodeFile, pid: number | null): TextFile[] {
    const id = identityOf(file.path);
    const functions = id === null ? null : this.functionsOf(file, id);
    const key = `${id} ${pid}`;
    if (!functions || this.given.has(key) || this.given.size >= MOST_FILES) return [];
    this.given.add(key);
    return [{ ...file, functions, pid }];
  }

  private functionsOf({ path }: CodeFile, id = identityOf(path)): ReadonlyMap<string, number> | null {
    if (id === null) return null;
    const known = this.known.get(id);
    if (known !== undefined || this.left <= 0) return known ?? null;
    const found = withFile(path, (read) =>
      elfFunctions((offset, length) => {
        const bytes = read(offset, length);
        this.left -= bytes.length;
        return bytes;
      }, TEXT_NAMES),
    );
    const functions = found && found.size > 0 ? found : null;
    if (this.known.size >= MOST_KNOWN) this.known.clear();
    this.known.set(id, functions);
    return functions;
  }
}

/** The first file of a process is the program itself. */
const mayHaveText = ({ name }: CodeFile, index: number): boolean => index === 0 || LIBRARY.test(name);
