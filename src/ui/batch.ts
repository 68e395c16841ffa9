import type { PaneName } from '../model/model.ts';
import { EVERY_ROW } from '../model/panes.ts';
import type { Answer, Question } from '../model/question.ts';
import { isLive } from '../panes/registry.ts';
import type { Line } from '../text/span.ts';
import { headerLines } from './header.ts';
import { type Layout, layout, TITLE_AND_COLUMNS } from './layout.ts';
import { question } from './question.ts';
import { boxLines } from './screen-lines.ts';
import { initialState, type Size, type UiOptions, type UiState } from './state.ts';

/** Of what follows its newest row, so many: packets that are older were in frames before. */
const NEWEST_ROWS = 20;
const HEADER_LINES = 2;
/** Where nothing lies side by side, and no pane has to give way to another. */
const STACKED: Size = { columns: 120, rows: 60 };

/** The screen as text, for what is no terminal: its boxes one under the other, each with all its rows. */
export class Batch {
  private readonly state: UiState;

  /** `columns`: cells of a line. */
  constructor(options: UiOptions, columns: number) {
    this.state = initialState(options, { ...STACKED, columns });
  }

  /** What brings its rows. */
  get views(): Question['views'] {
    const rows = (name: PaneName) => (isLive(name) ? NEWEST_ROWS : EVERY_ROW.rows);
    return question(this.state, shapeOf(this.state, rows), false).views;
  }

  /** The lines of a frame; an empty one stands before each pane. */
  frame(answer: Answer): string[] {
    const state = { ...this.state, answer };
    const shape = shapeOf(state, (name) => Math.max(1, answer[name]?.rows.length ?? 0));
    const boxes = shape.rows.flat().map((box) => boxLines(state, box, shape));
    return [headerLines(state, HEADER_LINES), ...boxes].flatMap((lines, place) => [
      ...(place > 0 ? [''] : []),
      ...lines.map(plain),
    ]);
  }
}

/** The boxes of the screen, each across its width, with so many rows. */
function shapeOf(state: UiState, rowsOf: (name: PaneName) => number): Layout {
  const shape = layout({ ...state, size: STACKED });
  const { columns } = state.size;
  const rows = shape.rows.map((row) =>
    row.map((box) => ({ ...box, columns, lines: rowsOf(box.shown) + TITLE_AND_COLUMNS })),
  );
  return { ...shape, header: HEADER_LINES, rows, footer: 0 };
}

const plain = (line: Line): string =>
  line
    .map(({ text }) => text)
    .join('')
    .trimEnd();
