import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { libc } from './libc.ts';

/** Numbers of system calls, the same on every processor. */
const FSOPEN = 430;
const FSCONFIG = 431;
const FSMOUNT = 432;
const CLOEXEC = 1;
const FSCONFIG_CMD_CREATE = 6;

/**
 * A descriptor of the root of cgroup v2, in which all tasks of the machine are; the caller closes it. null:
 * nettop does not see it, as in a container with a cgroup namespace of its own.
 */
export function openCgroupRoot(): number | null {
  for (const path of mountedRoots(readFileSync('/proc/self/mountinfo', 'utf8'))) {
    const fd = onlyRoot(openIfThere(path));
    if (fd !== null) return fd;
  }
  return onlyRoot(mountDetached());
}

/** Below 0: another mount lies over it. */
function openIfThere(path: string): number {
  try {
    return openSync(path, 'r');
  } catch {
    return -1;
  }
}

/** Where cgroup v2 is mounted from its root on, as far as this namespace goes: proc_pid_mountinfo(5). */
export function mountedRoots(mountinfo: string): string[] {
  return mountinfo.split('\n').flatMap((line) => {
    const [mount = '', filesystem = ''] = line.split(' - ');
    const [, , , root, path = ''] = mount.split(' ');
    return root === '/' && filesystem.startsWith('cgroup2 ') ? [readEscapes(path)] : [];
  });
}

const readEscapes = (path: string): string =>
  path.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

/** A namespace's root looks like the root, but each cgroup other than that has a type. */
function onlyRoot(fd: number): number | null {
  if (fd < 0) return null;
  const entry = `/proc/self/fd/${fd}`;
  if (existsSync(`${entry}/cgroup.procs`) && !existsSync(`${entry}/cgroup.type`)) return fd;
  closeSync(fd);
  return null;
}

/** Mounts cgroup v2 nowhere, for machines that have only version 1 mounted; below 0: refused. */
function mountDetached(): number {
  const context = Number(libc().fsopen(FSOPEN, 'cgroup2', CLOEXEC));
  if (context < 0) return context;
  const created = Number(libc().fsconfig(FSCONFIG, context, FSCONFIG_CMD_CREATE, null, null, 0));
  const mount = created < 0 ? created : Number(libc().fsmount(FSMOUNT, context, CLOEXEC, 0));
  closeSync(context);
  return mount;
}
