import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Namespace } from './namespace.ts';
import { cli } from './nettop.ts';
import { until } from './until.ts';

const PORT = 2222;
const SSHD = '/usr/sbin/sshd';
const FIRST_UID = 61_000;

/** Mounts files over those of /etc, for what follows and all that it starts: each sshd has mounts of its own. */
const OVER_ETC =
  'for one in passwd shadow sudoers; do mount --bind "$1/$one" /etc/$one || exit; done; shift; exec "$@"';

/** A machine to ssh to: an sshd of its own in a network namespace, with a key of its own. */
export interface SshHost {
  name: string;
  /** Its host key. */
  key: string;
  /** Of the sshd that listens. */
  pid: number;
  /** Ends it and all that it serves. */
  kill(): void;
}

function keygen(file: string): string {
  const { status, stderr } = spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`ssh-keygen: ${stderr}`);
  return readFileSync(`${file}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
}

function script(file: string, command: string): void {
  writeFileSync(file, `#!/bin/sh\nexec ${command} "$@"\n`);
  chmodSync(file, 0o755);
}

/** What is not usual on a machine. */
interface Machine {
  /** What sudo lets users do, by name; absent: root is there alone. */
  sudoers?: Record<string, string>;
  port?: number;
  /** It runs that, whatever it is asked for. */
  command?: string;
}

/** Keys, configurations and commands of a test's own, in a folder of its own. Of ssh's own files none is read. */
export class SshLab {
  readonly folder = mkdtempSync(join(tmpdir(), 'nettop-ssh-'));
  private readonly user: string;

  constructor(private readonly t: TestContext) {
    const { folder } = this;
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(join(folder, 'here'));
    mkdirSync(join(folder, 'there'));
    mkdirSync('/run/sshd', { recursive: true }); // sshd wants it, and a machine that never started one has none
    this.user = keygen(join(folder, 'user'));
    writeFileSync(join(folder, 'authorized_keys'), `${this.user}\n`);
    writeFileSync(join(folder, 'known_hosts'), '');
    writeFileSync(join(folder, 'config'), '');
    script(join(folder, 'here', 'ssh'), `/usr/bin/ssh -F ${join(folder, 'config')}`);
    script(join(folder, 'there', 'nettop'), `${process.execPath} ${cli}`);
  }

  /** What nettop runs under. */
  within({ within }: Namespace): string[] {
    return [...within, 'env', `PATH=${join(this.folder, 'here')}:${process.env.PATH}`];
  }

  /** A name that ssh knows; the key of one that is not known is nobody's. */
  name(name: string, address: string, { key = '', port = PORT } = {}): void {
    const { folder } = this;
    const add = (file: string, text: string) => writeFileSync(join(folder, file), text, { flag: 'a' });
    add(
      'config',
      `Host ${name}
  HostName ${address}
  Port ${port}
  HostKeyAlias ${name}
  User root
  IdentityFile ${join(folder, 'user')}
  IdentitiesOnly yes
  UserKnownHostsFile ${join(folder, 'known_hosts')}
  GlobalKnownHostsFile none
  StrictHostKeyChecking no
`,
    );
    if (key) add('known_hosts', `${name} ${key}\n`);
  }

  async start(
    name: string,
    namespace: Namespace,
    address: string,
    { sudoers, port = PORT, command }: Machine = {},
  ): Promise<SshHost> {
    const { folder } = this;
    const within = sudoers ? [...namespace.within, ...this.withUsers(sudoers)] : namespace.within;
    const key = keygen(join(folder, name));
    const config = join(folder, `${name}.conf`);
    writeFileSync(
      config,
      `ListenAddress ${address}:${port}
HostKey ${join(folder, name)}
AuthorizedKeysFile ${join(folder, 'authorized_keys')}
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
SetEnv PATH=${join(folder, 'there')}:/usr/sbin:/usr/bin:/sbin:/bin
${command === undefined ? '' : `ForceCommand ${command}`}
`,
    );
    this.name(name, address, { key, port });
    const [program = '', ...rest] = [...within, SSHD, '-D', '-e', '-f', config];
    const child = spawn(program, rest, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const pid = child.pid ?? 0;
    const kill = () => {
      for (const one of [pid, ...below(pid)].reverse())
        try {
          process.kill(one, 'SIGKILL');
        } catch {} // it is gone
    };
    this.t.after(kill);
    await until(`sshd listens: ${said}`, () => said.includes('Server listening'));
    return { name, key, pid, kill };
  }

  /** What a command runs under that finds these users, who have no passwords; `%nettop` in a rule is the command. */
  private withUsers(sudoers: Record<string, string>): string[] {
    const { folder } = this;
    chmodSync(folder, 0o755); // sshd reads keys as the user
    const names = Object.keys(sudoers);
    const own = join(folder, 'etc');
    mkdirSync(own);
    const write = (file: string, lines: readonly string[], mode: number) => {
      writeFileSync(join(own, file), `${lines.join('\n')}\n`);
      chmodSync(join(own, file), mode);
    };
    const passwd = readFileSync('/etc/passwd', 'utf8').trimEnd();
    const shadow = readFileSync('/etc/shadow', 'utf8').trimEnd();
    write(
      'passwd',
      [passwd, ...names.map((name, at) => `${name}:x:${FIRST_UID + at}:65534::/:/bin/sh`)],
      0o644,
    );
    write('shadow', [shadow, ...names.map((name) => `${name}:*:19000::::::`)], 0o600);
    const command = join(folder, 'there', 'nettop');
    const rules = Object.entries(sudoers).map(
      ([name, rule]) => `${name} ${rule.replace('%nettop', command)}`,
    );
    const path = `Defaults secure_path="${join(folder, 'there')}:/usr/sbin:/usr/bin:/sbin:/bin"`;
    write('sudoers', [path, ...rules], 0o440);
    return ['sh', '-c', OVER_ETC, 'sh', own];
  }
}

/** All processes that descend from one. */
export function below(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    return children.map(Number).flatMap((child) => [child, ...below(child)]);
  } catch {
    return []; // it is gone
  }
}
