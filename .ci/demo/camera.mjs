const LOOK_MS = 120;

/** Films a terminal of test/fixtures/pty.ts: a frame for every change of its screen or of the caption. */
export class Camera {
  caption = { keys: '', text: '' };
  frames = [];
  #last = '';
  #timer;

  constructor(terminal) {
    this.terminal = terminal;
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  /** The frames as { atMs, cells, caption }; the last moment is the end of the film. */
  cut() {
    clearInterval(this.#timer);
    return { frames: this.frames, endMs: performance.now() };
  }

  /** In the middle of a synchronised update a user sees nothing of it yet. */
  #look() {
    if (this.terminal.modes.synchronizedOutputMode) return;
    const { caption } = this;
    const cells = cellsOf(this.terminal);
    const now = JSON.stringify([cells, caption]);
    if (now === this.#last) return;
    this.#last = now;
    this.frames.push({ atMs: performance.now(), cells, caption });
  }
}

/** Every cell with something to see; colours are numbers of the palette, null the terminal's own. */
function cellsOf({ buffer: { active }, rows, cols }) {
  const cells = [];
  for (let y = 0; y < rows; y++) {
    const line = active.getLine(active.viewportY + y);
    for (let x = 0; x < cols; x++) {
      const cell = line?.getCell(x);
      if (cell && cell.getWidth() > 0) cells.push(seen(cell, x, y));
    }
  }
  return cells.filter(({ text, inverse, bg }) => text.trim() !== '' || inverse || bg !== null);
}

function seen(cell, x, y) {
  return {
    x,
    y,
    text: cell.getChars(),
    fg: cell.isFgDefault() ? null : cell.getFgColor(),
    bg: cell.isBgDefault() ? null : cell.getBgColor(),
    bold: cell.isBold() !== 0,
    dim: cell.isDim() !== 0,
    inverse: cell.isInverse() !== 0,
  };
}
