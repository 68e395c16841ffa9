import { readFile } from 'node:fs/promises';

const LINE = /^([\w.+-]{1,40})\s+(\d{1,5})\/(tcp|udp)\b/;
/** Comments are cut off; a file that is larger is no list of services. */
const MAX_CHARACTERS = 4 << 20;

/** Names of ports by protocol and port, as services(5) has them: the first one counts. */
export function parseServices(text: string): Map<string, string> {
  const names = new Map<string, string>();
  for (const line of text.slice(0, MAX_CHARACTERS).split('\n')) {
    const [, name = '', port, protocol] = LINE.exec(line) ?? [];
    const key = `${protocol}/${Number(port)}`;
    if (name !== '' && !names.has(key)) names.set(key, name);
  }
  return names;
}

/** The services of this machine, read when they are first asked for. */
export class ServiceNames {
  /** Why there are none; null: nothing is wrong. */
  trouble: string | null = null;
  private names: Map<string, string> | null = null;
  private reading: Promise<void> | null = null;

  constructor(private readonly path = '/etc/services') {}

  /** Of these protocols and ports, such as tcp/443, what is known already. */
  of(ports: ReadonlySet<string>): Record<string, string> {
    this.reading ??= this.read();
    const known = [...ports].flatMap((port) => {
      const name = this.names?.get(port);
      return name === undefined ? [] : [[port, name] as const];
    });
    return Object.fromEntries(known);
  }

  private async read(): Promise<void> {
    try {
      this.names = parseServices(await readFile(this.path, 'utf8'));
    } catch {
      this.trouble = `there is no ${this.path} here (package netbase)`;
    }
  }
}
