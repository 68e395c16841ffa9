import { createCanvas } from '@napi-rs/canvas';

const FONT = '"DejaVu Sans Mono"';
const FONT_PX = 13;
const CELL = { width: 8, height: 16 };
const MARGIN = 8;
const CAPTION_PX = 30;

const GROUND = '#16181d';
const INK = '#d0d4dc';
const STRIP = '#272b34';
/** The sixteen colours that a terminal gives a program. */
const PALETTE = [
  ...['#16181d', '#e06c75', '#98c379', '#e5c07b', '#61afef', '#c678dd', '#56b6c2', '#d0d4dc'],
  ...['#5c6370', '#ff7a85', '#b5e890', '#ffd98a', '#7fc1ff', '#dd9bf0', '#6fd3df', '#ffffff'],
];

/** Lower part of a cell that each block covers: ▁ an eighth, █ all. */
const BLOCKS = '▁▂▃▄▅▆▇█';
/** Share of a cell's height that a rule takes. */
const RULES = { '─': 1 / 16, '━': 3 / 16 };

/** Draws frames of so many columns and rows, with a strip below that says which key was pressed. */
export function createDrawing(columns, rows) {
  const width = columns * CELL.width + 2 * MARGIN;
  const height = rows * CELL.height + 2 * MARGIN + CAPTION_PX;
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.textBaseline = 'middle';
  const draw = ({ cells, caption }) => {
    fill(context, GROUND, 0, 0, width, height);
    for (const cell of cells) drawCell(context, cell);
    drawCaption(context, caption, width, height);
    return Uint8Array.from(context.getImageData(0, 0, width, height).data);
  };
  return { width, height, draw, png: () => canvas.toBuffer('image/png') };
}

function fill(context, color, x, y, width, height) {
  context.fillStyle = color;
  context.fillRect(x, y, width, height);
}

function drawCell(context, { x, y, text, fg, bg, bold, dim, inverse }) {
  const colors = [PALETTE[fg] ?? INK, PALETTE[bg] ?? GROUND];
  const [front, back] = inverse ? colors.reverse() : colors;
  const left = MARGIN + x * CELL.width;
  const top = MARGIN + y * CELL.height;
  if (back !== GROUND) fill(context, back, left, top, CELL.width, CELL.height);
  context.globalAlpha = dim ? 0.55 : 1;
  drawSign(context, { text, left, top, color: front, bold });
  context.globalAlpha = 1;
}

/** Blocks and rules fill their cells to the edge, which a font's signs do not. */
function drawSign(context, { text, left, top, color, bold }) {
  const eighths = BLOCKS.indexOf(text) + 1;
  const share = RULES[text];
  if (text.length === 1 && eighths > 0) {
    const high = (CELL.height * eighths) / 8;
    fill(context, color, left, top + CELL.height - high, CELL.width - 1, high);
  } else if (share) {
    const high = CELL.height * share;
    fill(context, color, left, top + Math.floor((CELL.height - high) / 2), CELL.width, high);
  } else write(context, text, left, top + CELL.height / 2, color, bold);
}

function write(context, text, left, middle, color, bold) {
  context.font = `${bold ? 'bold ' : ''}${FONT_PX}px ${FONT}`;
  context.fillStyle = color;
  context.fillText(text, left, middle);
}

function drawCaption(context, { keys, text }, width, height) {
  const top = height - CAPTION_PX;
  const middle = top + CAPTION_PX / 2;
  fill(context, STRIP, 0, top, width, CAPTION_PX);
  const keysWidth = keys === '' ? 0 : Math.max(2, keys.length) * CELL.width + 12;
  if (keys !== '') {
    fill(context, PALETTE[3], MARGIN, top + 5, keysWidth, CAPTION_PX - 10);
    write(context, keys, MARGIN + 6, middle, GROUND, true);
  }
  write(context, text, MARGIN + keysWidth + (keysWidth > 0 ? 12 : 0), middle, INK, false);
}
