import type { Chosen } from '../../views/requests/text-feed.ts';
import type { ReadAt } from './elf-file.ts';
import { elfFunctions } from './elf-functions.ts';
import { goFunctions } from './go-functions.ts';
import {
  type CodeFile,
  commandOf,
  identityOf,
  libraryFiles,
  mappedFiles,
  processIds,
  withFile,
} from './mapped-files.ts';
import { type FunctionPlace, GO_NAMES, TEXT_NAMES } from './text-functions.ts';

/** A file that has functions with text, for all who use it, or for one process. */
export interface TextFile extends CodeFile {
  pid: number | null;
  /** By their names. */
  functions: Functions;
}

type Functions = ReadonlyMap<string, FunctionPlace>;

/** What was read of a file; null: it has no such functions, for that reason if it is of Go. */
interface Known {
  functions: Functions | null;
  why: string | null;
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
  private readonly known = new Map<string, Known>();
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

  /** Of a program that does not run yet, for all who will. */
  expected(path: string): TextFile[] {
    this.left = MOST_READ;
    return this.give({ path, name: path }, null);
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
    if (!program || files.some((file, index) => mayHaveText(file, index) && this.knownOf(file)?.functions))
      return null;
    if (files.some(({ name }) => name.includes('/libjvm.so'))) return 'Java';
    const why = this.knownOf(program)?.why;
    if (why) return why;
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
    const functions = id === null ? null : this.knownOf(file, id)?.functions;
    const key = `${id} ${pid}`;
    if (!functions || this.given.has(key) || this.given.size >= MOST_FILES) return [];
    this.given.add(key);
    return [{ ...file, functions, pid }];
  }

  /** null: it is gone, or is read the next time. */
  private knownOf({ path }: CodeFile, id = identityOf(path)): Known | null {
    if (id === null) return null;
    const known = this.known.get(id);
    if (known !== undefined || this.left <= 0) return known ?? null;
    const found = withFile(path, (read) =>
      functionsIn((offset, length) => {
        const bytes = read(offset, length);
        this.left -= bytes.length;
        return bytes;
      }),
    );
    const fresh = found ?? { functions: null, why: null };
    if (this.known.size >= MOST_KNOWN) this.known.clear();
    this.known.set(id, fresh);
    return fresh;
  }
}

function functionsIn(read: ReadAt): Known {
  const go = goFunctions(read, GO_NAMES);
  const why = typeof go === 'string' ? go : null;
  const functions = new Map([...elfFunctions(read, TEXT_NAMES), ...(go instanceof Map ? go : [])]);
  return { functions: functions.size > 0 ? functions : null, why };
}

/** The first file of a process is the program itself. */
const mayHaveText = ({ name }: CodeFile, index: number): boolean => index === 0 || LIBRARY.test(name);
