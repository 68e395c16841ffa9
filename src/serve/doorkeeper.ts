import { createHash } from 'node:crypto';
import { compare } from 'bcryptjs';

/** Checking a password takes a tenth of a second of one CPU: what was right once is known. */
const MOST_KNOWN = 64;
/** So many may wait for theirs: others come again. */
const MOST_WAITING = 16;
/** Of a password that nobody has: who has no name here takes as long as who has. */
const NOBODY = '$2b$10$drIZV9CAla5LKYGxYn8mxONo3idRV6o4VOdIsRdAzlkFlvW45pKny';

/** Lets in who has a user's name and password (HTTP basic authentication). */
export class Doorkeeper {
  private readonly known = new Set<string>();
  private waiting = 0;
  private turn: Promise<unknown> = Promise.resolve();

  /** `users`: bcrypt's hashes by name. */
  constructor(private readonly users: ReadonlyMap<string, string>) {}

  /** 'busy': too many ask at once. */
  async admits(authorization: string | undefined): Promise<'yes' | 'no' | 'busy'> {
    const [, encoded] = /^Basic ([\w+/=]+)$/i.exec(authorization ?? '') ?? [];
    const given = Buffer.from(encoded ?? '', 'base64').toString('utf8');
    const colon = given.indexOf(':');
    if (encoded === undefined || colon < 0) return 'no';
    const mark = createHash('sha256').update(given).digest('base64');
    if (this.known.has(mark)) return 'yes';
    if (this.waiting >= MOST_WAITING) return 'busy';
    const isRight = await this.check(given.slice(0, colon), given.slice(colon + 1));
    if (isRight && this.known.size < MOST_KNOWN) this.known.add(mark);
    return isRight ? 'yes' : 'no';
  }

  /** One after the other. */
  private async check(name: string, password: string): Promise<boolean> {
    this.waiting++;
    const hash = this.users.get(name);
    const checked = this.turn.then(() => compare(password, hash ?? NOBODY));
    this.turn = checked.catch(() => {});
    try {
      return (await checked) && hash !== undefined;
    } finally {
      this.waiting--;
    }
  }
}
