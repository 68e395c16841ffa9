import { spawnSync } from 'node:child_process';

/** Who a command runs as, where that is not nettop's own user. */
export interface RunUser {
  uid: number;
  gid: number;
  name: string;
  home: string;
  shell: string;
}

const SUDO = ['SUDO_COMMAND', 'SUDO_USER', 'SUDO_UID', 'SUDO_GID'];

/** A user by name or number, as the machine's databases have it; null: there is none. */
export function findUser(wanted: string): RunUser | null {
  const { stdout } = spawnSync('getent', ['passwd', '--', wanted], { encoding: 'utf8' });
  const [name = '', , uid, gid, , home = '/', shell = '/bin/sh'] = (stdout ?? '').trimEnd().split(':');
  return name === '' ? null : { uid: Number(uid), gid: Number(gid), name, home, shell };
}

/** The environment that the user has instead of that of root, as far as it is about users. */
export function environmentOf({ name, home, shell }: RunUser, environment: NodeJS.ProcessEnv) {
  const kept = Object.entries(environment).filter(([variable]) => !SUDO.includes(variable));
  return { ...Object.fromEntries(kept), HOME: home, USER: name, LOGNAME: name, SHELL: shell };
}
