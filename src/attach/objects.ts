import { closeSync, existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Btf } from '../../native/btf.ts';
import { openCgroupRoot } from '../../native/cgroup.ts';
import { giveBack } from '../../native/libc.ts';
import type { Link } from '../../native/link.ts';
import { withLog } from '../../native/log.ts';
import { BpfObject } from '../../native/object.ts';
import { recursionMisses } from '../../native/program-info.ts';
import { CaptureError } from '../errors.ts';
import { limitError } from '../machine/limits.ts';
import { canAllocateAsUsed } from './kernel-differences.ts';

/** A load that signals interrupted is tried again so often. */
const MOST_INTERRUPTIONS = 10;

/** What to do about a program that the kernel refuses. */
export const NOT_PERMITTED = 'the kernel does not permit this program: see nettop doctor';

export interface Loaded {
  object: BpfObject;
  btf: Btf;
  /** Programs that the kernel refused, with its reason. */
  refused: Map<string, string>;
}

export interface LoadRequest {
  name: string;
  programs: Iterable<string>;
  /** Without these the object is of no use: a refusal is thrown. */
  required: ReadonlySet<string>;
  /** Knobs, sizes and shared maps, set before the load. */
  prepare?: (object: BpfObject, btf: Btf) => void;
  /** libbpf's log, all of it, for --verbose. */
  verbose?: ((line: string) => void) | undefined;
}

/** Beside the bundle when built, in dist/ when run from source. */
export function objectFile(name: string): string {
  const places = ['./bpf/', '../../dist/bpf/'].map((folder) =>
    fileURLToPath(new URL(`${folder}${name}.bpf.o`, import.meta.url)),
  );
  const found = places.find((place) => existsSync(place));
  if (!found) throw new CaptureError(`${name}.bpf.o is not built`, 'run: npm run build');
  return found;
}

/**
 * Opens and loads an object with as many of the programs as the kernel takes: one that is refused is
 * left out and the rest is tried again. Throws a CaptureError when a required one is refused.
 */
export function loadObject(request: LoadRequest): Loaded {
  const elf = readFileSync(objectFile(request.name));
  const btf = new Btf(elf);
  const wanted = new Set(request.programs);
  const refused = new Map<string, string>();
  let interruptions = 0;
  for (;;) {
    const log: string[] = [];
    const object = new BpfObject(request.name, elf);
    object.select(wanted);
    if (canAllocateAsUsed()) object.allocateAsUsed();
    request.prepare?.(object, btf);
    try {
      withLog(
        (line) => {
          log.push(line);
          request.verbose?.(line);
        },
        request.verbose !== undefined,
        () => object.load(),
      );
      btf.letFileGo();
      giveBack(); // libbpf read all of the kernel's types for it
      return { object, btf, refused };
    } catch (error) {
      object.close();
      const limit = limitError({ message: log.join('\n') });
      if (limit) throw limit;
      if (isInterrupted(log) && interruptions++ < MOST_INTERRUPTIONS) continue;
      const program = failedProgram(log);
      const reason = kernelReason(log, error);
      if (program === null || !wanted.delete(program) || request.required.has(program)) {
        throw new CaptureError(program ? `${request.name}: ${reason}` : reason, loadHint(log));
      }
      refused.set(program, reason);
    }
  }
}

/** Attaches programs; what the kernel refuses goes into `refused`. */
export function attachAll(loaded: Loaded, programs: Iterable<string>): Map<string, Link> {
  return attachBy(loaded, programs, (program) => loaded.object.attach(program));
}

/** The same for programs on a cgroup, for all tasks of the machine; null: nettop does not see the root. */
export function attachToCgroupRoot(loaded: Loaded, programs: Iterable<string>): Map<string, Link> | null {
  const root = openCgroupRoot();
  if (root === null) return null;
  try {
    return attachBy(loaded, programs, (program) => loaded.object.attachCgroup(program, root));
  } finally {
    closeSync(root);
  }
}

function attachBy(
  loaded: Loaded,
  programs: Iterable<string>,
  attach: (program: string) => Link,
): Map<string, Link> {
  const links = new Map<string, Link>();
  withLog(
    () => {},
    false,
    () => {
      for (const program of programs) {
        if (loaded.refused.has(program)) continue;
        try {
          links.set(program, attach(program));
        } catch (error) {
          loaded.refused.set(program, (error as Error).message);
        }
      }
    },
  );
  return links;
}

/** Attaches programs without which the object is of no use; throws a CaptureError, and closes it, when one is refused. */
export function attachRequired(loaded: Loaded, programs: Iterable<string>): Map<string, Link> {
  const links = attachAll(loaded, programs);
  for (const [program, reason] of loaded.refused) {
    for (const link of links.values()) link.destroy();
    loaded.object.close();
    throw new CaptureError(`${program}: ${reason}`, NOT_PERMITTED);
  }
  return links;
}

/** libbpf tries a program five times by itself. */
function isInterrupted(log: string[]): boolean {
  return log.some((line) => /failed.*: (Resource temporarily unavailable|-EAGAIN|-11\b)/.test(line));
}

function failedProgram(log: string[]): string | null {
  for (const line of log) {
    const match = /prog '([^']+)': (failed to|BPF program load failed)/.exec(line);
    if (match?.[1]) return match[1];
  }
  return null;
}

function kernelReason(log: string[], error: unknown): string {
  // "failed to load object" says nothing that the error does not.
  const line = log.find((text) => /failed/.test(text) && !/failed to load object/.test(text));
  const reason = line?.replace(/^libbpf: /, '') ?? (error as Error).message;
  const sentence = verifierSentence(log);
  return sentence === null ? reason : `${reason} (${sentence})`;
}

/** The verifier's log ends with what is wrong, and some figures. */
function verifierSentence(log: string[]): string | null {
  const begin = log.findIndex((line) => line.includes('-- BEGIN PROG LOAD LOG --'));
  const end = log.findIndex((line) => line.includes('-- END PROG LOAD LOG --'));
  if (begin < 0 || end < begin) return null;
  const figures = /^(processed \d+ insns|verification time|stack depth)/;
  return log.slice(begin + 1, end).findLast((line) => !figures.test(line)) ?? null;
}

function loadHint(log: string[]): string {
  return log.some((line) =>
    /Operation not permitted|Function not implemented|-EPERM|-ENOSYS|: -1$/.test(line),
  )
    ? NOT_PERMITTED
    : "run with --verbose for the kernel's full log";
}

/** Times that the kernel did not run one of the programs, as it ran on that CPU already; those it refused never ran. */
export function skippedRuns({ object, refused }: Loaded, programs: readonly string[]): number {
  const loaded = programs.filter((name) => !refused.has(name));
  return loaded.reduce((sum, name) => sum + recursionMisses(object.programFd(name)), 0);
}
