/** What it is set on, such as process.stderr. */
interface Out {
  isTTY?: boolean;
  write(text: string): unknown;
}

/** XTWINOPS: the title that was there is kept, and put back. Terminals that know neither pass over them. */
const SAVE = '\x1b[22;2t';
const RESTORE = '\x1b[23;2t';
/** Those that have no window, or print what they do not know. */
const WITHOUT = /^$|^dumb|^linux|^vt/;
const LONGEST = 200;

/** The title of a terminal's window: a line that takes no cell of the screen, whoever writes there. */
export class Title {
  private shown = '';

  /** `terminal`: TERM of the environment. */
  constructor(
    private readonly out: Out,
    private readonly terminal = process.env.TERM ?? '',
  ) {}

  /** There is one, and maybe somebody who looks at it. */
  get isSeen(): boolean {
    return this.out.isTTY === true && !WITHOUT.test(this.terminal);
  }

  /** `text`: without control characters. */
  show(text: string): void {
    if (!this.isSeen || text === this.shown) return;
    const first = this.shown === '' ? SAVE : '';
    this.shown = text;
    this.out.write(`${first}\x1b]2;${text.slice(0, LONGEST)}\x07`);
  }

  /** As it was before. */
  clear(): void {
    if (this.shown !== '') this.out.write(RESTORE);
    this.shown = '';
  }
}
