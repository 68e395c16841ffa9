import type { Container } from '../model/process.ts';

/**
 * The path that places a process, out of /proc/PID/cgroup: that of cgroup v2, else of systemd's own
 * hierarchy, else the first one that is not the root. null: it is in the root everywhere.
 */
export function cgroupPath(text: string): string | null {
  const paths = text.split('\n').flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(.*?)(?: \(deleted\))?$/.exec(line) ?? [];
    return path === undefined || path === '/' ? [] : [{ controllers, path }];
  });
  const chosen =
    paths.find(({ controllers }) => controllers === '') ??
    paths.find(({ controllers }) => controllers === 'name=systemd') ??
    paths[0];
  return chosen?.path ?? null;
}

/** Whether a path is that of a cgroup, or below it: by its whole path, or by the name of one part. */
export const isWithin = (path: string, cgroup: string): boolean =>
  cgroup.startsWith('/')
    ? `${path}/`.startsWith(`${cgroup.replace(/\/+$/, '')}/`)
    : path.split('/').includes(cgroup);

/** The systemd unit: the innermost service or scope, else the innermost slice. */
export function unitOf(path: string): string | null {
  const parts = path.split('/');
  const innermost = (kind: RegExp) => parts.findLast((part) => kind.test(part)) ?? null;
  return innermost(/.\.(service|scope)$/) ?? innermost(/.\.slice$/);
}

const ID = '[0-9a-f]{64}';
const SCOPE = new RegExp(`^(?:(docker|libpod|cri-containerd|crio|nerdctl)-)(${ID})(?:\\.scope)?$`);
const BARE = new RegExp(`^${ID}$`);
const RUNTIMES: Readonly<Record<string, string>> = {
  docker: 'docker',
  libpod: 'podman',
  'cri-containerd': 'containerd',
  crio: 'cri-o',
  nerdctl: 'containerd',
};

/** The container that a cgroup belongs to: the innermost, where one runs in another. */
export function containerOf(path: string): Container | null {
  const parts = path.split('/');
  for (let at = parts.length - 1; at > 0; at--) {
    const found = byId(parts[at] ?? '', parts.slice(0, at)) ?? byName(parts[at] ?? '', parts[at - 1] ?? '');
    if (found) return found;
  }
  return null;
}

const unnamed = (runtime: string, id: string): Container => ({
  runtime,
  id,
  name: null,
  image: null,
  imageId: null,
});

function byId(part: string, above: readonly string[]): Container | null {
  const [, runtime = '', scoped] = SCOPE.exec(part) ?? [];
  if (scoped) return unnamed(RUNTIMES[runtime] ?? runtime, scoped);
  const parent = above.at(-1) ?? '';
  if (BARE.test(part)) return unnamed(bareRuntime(parent, above), part);
  if (parent === 'buildkit' && /^[a-z0-9]{12,64}$/.test(part)) return unnamed('buildkit', part);
  if (parent === 'garden' && /^[0-9a-f-]{12,64}$/.test(part)) return unnamed('garden', part);
  return null;
}

/** Whose directory has bare ids in it. */
function bareRuntime(parent: string, above: readonly string[]): string {
  if (parent === 'docker' || parent === 'buildkit') return parent;
  return above.some((part) => part.startsWith('kubepods')) ? 'kubernetes' : 'container';
}

function byName(part: string, parent: string): Container | null {
  const lxc = /^lxc\.payload\.(.+)$/.exec(part)?.[1] ?? (/^lxc(\.payload)?$/.test(parent) ? part : undefined);
  if (lxc) return { ...unnamed('lxc', ''), id: null, name: lxc };
  // A virtual machine has a scope of that form too.
  const machine =
    /^machine-(?!qemu)(.+)\.scope$/.exec(part)?.[1] ?? /^systemd-nspawn@(.+)\.service$/.exec(part)?.[1];
  return machine ? { ...unnamed('nspawn', ''), id: null, name: unescapeUnit(machine) } : null;
}

/** systemd.unit(5): a byte that may not stand in a unit's name is written as \xNN. */
function unescapeUnit(name: string): string {
  return name.replace(/\\x([0-9a-f]{2})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}
