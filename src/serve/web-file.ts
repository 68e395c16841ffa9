import { statSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { UsageError } from '../errors.ts';
import { Doorkeeper } from './doorkeeper.ts';
import { tlsOptions } from './tls.ts';
import { readWebConfig, type WebConfig } from './web-config.ts';

/** What is in force just now. */
export interface Web extends WebConfig {
  /** null: everybody is let in. */
  doorkeeper: Doorkeeper | null;
}

/** A file that was wrong is read anew so often: what it lacks may be elsewhere. */
const AGAIN_MS = 1000;

/** The web configuration, read anew where its file, or one that it names, has changed. */
export class WebFile {
  private web: Web;
  private marks: string;
  /** What was wrong with it when it was read last; '' where nothing was. */
  private problem = '';
  private readMs = 0;

  /** Throws a UsageError where it is wrong. `say`: for what is found wrong later. */
  constructor(
    private readonly path: string,
    private readonly say: (line: string) => void,
  ) {
    this.web = read(path);
    this.marks = marksOf(this.web.files);
  }

  /** As the files are now; where they are wrong, as they were before. The same object while nothing has changed. */
  look(): Web {
    const isDue = this.problem !== '' && performance.now() - this.readMs > AGAIN_MS;
    const marks = marksOf(this.web.files);
    if (marks !== this.marks || isDue) this.readAnew(marks);
    return this.web;
  }

  private readAnew(marks: string): void {
    this.marks = marks;
    this.readMs = performance.now();
    try {
      const next = read(this.path);
      if ((next.tls === null) !== (this.web.tls === null))
        throw new UsageError(`--web-config: ${this.path}: TLS begins or ends when nettop is started anew`);
      this.web = next;
      this.marks = marksOf(next.files);
      this.problem = '';
      this.say(`nettop: ${this.path} is in force as it is now`);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      if (error.message !== this.problem)
        this.say(`nettop: ${error.message}; what was before stays in force`);
      this.problem = error.message;
    }
  }
}

function read(path: string): Web {
  const config = readWebConfig(path);
  try {
    if (config.tls) createSecureContext(tlsOptions(config.tls));
  } catch (error) {
    throw new UsageError(`--web-config: ${path}: tls_server_config: ${(error as Error).message}`);
  }
  return { ...config, doorkeeper: config.users.size > 0 ? new Doorkeeper(config.users) : null };
}

/** What differs after a file was written, or another one put in its place. */
function marksOf(files: readonly string[]): string {
  return files
    .map((file) => {
      const { ino, size, mtimeNs } = statSync(file, { bigint: true, throwIfNoEntry: false }) ?? {};
      return `${ino} ${size} ${mtimeNs}`;
    })
    .join('\n');
}
