import { createCanvas } from '@napi-rs/canvas';

const FONT = '"DejaVu Sans Mono"';
const [GROUND, PANEL, INK, DIM, LINE] = ['#111217', '#181b1f', '#d0d4dc', '#8e94a0', '#2c3038'];
const COLORS = ['#73bf69', '#f2cc0c', '#5794f2', '#ff780a', '#b877d9', '#e02f44', '#37872d', '#8ab8ff'];
/** Of Grafana's grid of 24 columns. */
const CELL = { width: 46, height: 26 };
const [GAP, HEAD, LEGEND] = [6, 24, 18];

const UNITS = { Bps: 'B/s', pps: 'p/s', ops: '/s', reqps: '/s' };
const STEPS = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
];

function number(value, unit) {
  const [size, letter] = STEPS.find(([size]) => Math.abs(value) >= size) ?? [1, ''];
  const scaled = value / size;
  const text = Number.isInteger(scaled) ? String(scaled) : scaled.toPrecision(3);
  return `${text} ${letter}${UNITS[unit] ?? ''}`.trim();
}

/**
 * Panels as Grafana lays them out, each with its series: `[name, [seconds, value][]][]`. Returns a PNG. `title` stands
 * above them.
 */
export function drawDashboard(title, panels) {
  const rows = Math.max(...panels.map(({ place }) => place.y + place.h));
  const canvas = createCanvas(24 * CELL.width + GAP, rows * CELL.height + GAP + HEAD);
  const context = canvas.getContext('2d');
  const fill = (color, x, y, w, h) => {
    context.fillStyle = color;
    context.fillRect(x, y, w, h);
  };
  const write = (text, x, y, color, px = 12) => {
    context.font = `${px}px ${FONT}`;
    context.fillStyle = color;
    context.fillText(text, x, y);
  };
  fill(GROUND, 0, 0, canvas.width, canvas.height);
  write(title, GAP + 4, 17, INK, 14);
  for (const { name, kind, unit, place, series } of panels) {
    const box = {
      x: place.x * CELL.width + GAP,
      y: place.y * CELL.height + GAP + HEAD,
      w: place.w * CELL.width - GAP,
      h: place.h * CELL.height - GAP,
    };
    fill(PANEL, box.x, box.y, box.w, box.h);
    write(name, box.x + 8, box.y + 16, INK);
    if (kind === 'stat')
      write(number(series[0]?.[1].at(-1)?.[1] ?? 0, unit), box.x + 8, box.y + 62, COLORS[0], 28);
    else drawLines({ context, write }, box, unit, series);
  }
  return canvas.toBuffer('image/png');
}

function drawLines({ context, write }, box, unit, series) {
  const points = series.flatMap(([, values]) => values);
  if (points.length === 0) return;
  const times = points.map(([seconds]) => seconds);
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const most = Math.max(...points.map(([, value]) => value)) || 1;
  const area = { x: box.x + 84, y: box.y + HEAD + 6, w: box.w - 94, h: box.h - HEAD - LEGEND - 14 };
  for (const part of [0, 0.5, 1]) {
    const y = area.y + area.h * (1 - part);
    context.fillStyle = LINE;
    context.fillRect(area.x, y, area.w, 1);
    write(number(most * part, unit), box.x + 8, y + 4, DIM, 11);
  }
  let left = area.x;
  for (const [at, [name, values]] of series.entries()) {
    context.strokeStyle = COLORS[at % COLORS.length];
    context.lineWidth = 1.5;
    context.beginPath();
    for (const [seconds, value] of values)
      context.lineTo(
        area.x + (area.w * (seconds - from)) / (to - from || 1),
        area.y + area.h * (1 - value / most),
      );
    context.stroke();
    const width = context.measureText(name).width + 22;
    if (left + width > box.x + box.w) continue;
    write(name, left, box.y + box.h - 7, COLORS[at % COLORS.length], 11);
    left += width;
  }
}
