import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { until } from './until.ts';

interface Listed {
  id: number;
  name?: string;
  prog_id?: number;
  /** Times that the kernel did not run it, as it ran on that CPU already; absent: never. */
  recursion_misses?: number;
  /** Absent: the kernel does not count it, or it never ran. */
  run_cnt?: number;
}

/** Ids of what a process holds in the kernel. */
export interface Held {
  programs: number[];
  links: number[];
}

const GONE_MS = 2000; // the kernel frees after a grace period

/** What bpftool says of one that came or went between its asking for the next number and its asking for that one. */
const IN_FLUX =
  /can't get \w+ (by id|info)[^:]*: (Resource temporarily unavailable|No such file or directory)/;

/** All programs, links or maps in the kernel. */
export function list(kind: 'prog' | 'link' | 'map'): Listed[] {
  const deadline = Date.now() + GONE_MS;
  for (;;) {
    const { status, stdout, stderr } = spawnSync('bpftool', ['-j', kind, 'show'], { encoding: 'utf8' });
    if (status === 0) return JSON.parse(stdout) as Listed[];
    const said = stdout + stderr;
    if (!IN_FLUX.test(said) || Date.now() > deadline) throw new Error(`bpftool ${kind} show: ${said}`);
  }
}

/** What the kernel says of each file descriptor of a process. */
function readInfos(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fdinfo`).map((fd) => {
    try {
      return readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8');
    } catch {
      return ''; // closed since it was listed
    }
  });
}

/** Programs and links that a process has a file descriptor of, as the kernel says in fdinfo. */
export function heldBy(pid: number): Held {
  const infos = readInfos(pid);
  const ids = (pattern: RegExp) => infos.flatMap((info) => Number(pattern.exec(info)?.[1] ?? []));
  return { programs: ids(/^prog_id:\s*(\d+)/m), links: ids(/^link_id:\s*(\d+)/m) };
}

/** Names of the programs that links of a process attach, sorted; an iterator's counts as attached. */
export function attachedBy(pid: number): string[] {
  const { links } = heldBy(pid);
  const names = new Map(list('prog').map(({ id, name }) => [id, name ?? '']));
  const own = list('link').filter(({ id }) => links.includes(id));
  return own.map(({ prog_id }) => names.get(prog_id ?? 0) ?? '').sort();
}

interface Dumped {
  formatted: { key: Record<string, number>; values: { value: Record<string, number> }[] };
}

/** The entries of a map that a process holds; null: it holds no such map. */
function dumped(pid: number, map: string): Dumped[] | null {
  const held = readInfos(pid).map((info) => Number(/^map_id:\s*(\d+)/m.exec(info)?.[1]));
  const found = list('map').find(({ id, name }) => name === map && held.includes(id));
  if (!found) return null;
  const { stdout } = spawnSync('bpftool', ['-j', 'map', 'dump', 'id', `${found.id}`], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  return JSON.parse(stdout) as Dumped[];
}

/** The sum over CPUs of a number in the one entry of a map that a process holds; null: it holds no such map. */
export function countedIn(pid: number, map: string, number: string): number | null {
  const [entry] = dumped(pid, map) ?? [];
  return entry?.formatted.values.reduce((sum, { value }) => sum + (value[number] ?? 0), 0) ?? null;
}

/** The keys of a map that a process holds. */
export const keysIn = (pid: number, map: string): Record<string, number>[] =>
  (dumped(pid, map) ?? []).map(({ formatted }) => formatted.key);

interface Drop {
  at: { netns: number };
  at_ns: number;
}

/** Segments of one network namespace that nettop took for dropped here, and not sent again yet. */
export function dropsKept(pid: number, netns: number): number {
  const sets = (dumped(pid, 'segment_drops') ?? []) as unknown as {
    formatted: { value: { drops: Drop[] } };
  }[];
  const all = sets.flatMap(({ formatted }) => formatted.value.drops);
  return all.filter(({ at, at_ns }) => at_ns !== 0 && at.netns === netns).length;
}

/** Waits until the kernel has nothing any more of what was held. */
export async function gone(held: Held): Promise<void> {
  await until(
    'no program and no link is left in the kernel',
    () =>
      !list('prog').some(({ id }) => held.programs.includes(id)) &&
      !list('link').some(({ id }) => held.links.includes(id)),
    GONE_MS,
  );
}
