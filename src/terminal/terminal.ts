import { writeSync } from 'node:fs';

/** Alternate screen, no cursor, no wrapping at the edge, pasted text marked as such. */
const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2004h\x1b[2J\x1b[H';

/** Cleared before it is left: some terminals push what is still there into the main screen. */
const LEAVE = '\x1b[?2026l\x1b[m\x1b[2J\x1b[H\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[?1049l';

const WRITE_ATTEMPTS = 1000;

/** Written at once and without the event loop: it must work while the process is ending. */
function writeNow(text: string): void {
  for (let attempt = 0; attempt < WRITE_ATTEMPTS; attempt++) {
    try {
      writeSync(1, text);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
    }
  }
}

export interface Terminal {
  /** Takes the screen and the keys. */
  enter(): void;
  /** Gives both back as they were; harmless when called again. */
  leave(): void;
}

/** The terminal of this process. */
export function createTerminal(): Terminal {
  let entered = false;
  const raw = (on: boolean) => {
    try {
      if (process.stdin.isTTY && !process.stdin.destroyed) process.stdin.setRawMode(on);
    } catch {
      // EIO: the terminal is gone, as after a lost ssh connection
    }
  };
  return {
    enter() {
      entered = true;
      // Node ignores a mode that it believes is set; after a stop the shell may have changed it.
      raw(false);
      raw(true);
      writeNow(ENTER);
    },
    leave() {
      if (!entered) return;
      entered = false;
      writeNow(LEAVE);
      raw(false);
    },
  };
}
