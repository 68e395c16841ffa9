import { fit, width } from './text.ts';

/** What a piece of text means; the theme says how that looks. */
export type Tone =
  | 'strong'
  | 'muted'
  | 'accent'
  | 'receive'
  | 'transmit'
  | 'good'
  | 'caution'
  | 'bad'
  | 'inverse';

export interface Span {
  text: string;
  tone?: Tone | undefined;
}

/** One line of the screen. */
export type Line = readonly Span[];

export const line = (text: string, tone?: Tone): Line => [{ text, tone }];

export function lineWidth(spans: Line): number {
  return spans.reduce((sum, span) => sum + width(span.text), 0);
}

/** The line in at most `cells` cells; the span that crosses the edge is cut with …. */
export function clip(spans: Line, cells: number): Line {
  const kept: Span[] = [];
  let left = cells;
  for (const span of spans) {
    if (left <= 0) break;
    const needed = width(span.text);
    kept.push(needed > left ? { ...span, text: fit(span.text, left) } : span);
    left -= needed;
  }
  return kept;
}

/** A part of a line that may be left out where there is no room. */
export interface Segment {
  spans: Line;
  /** 0 stays longest. */
  priority: number;
  /** What is said instead where the whole does not fit. */
  short?: Segment;
}

export const segment = (priority: number, text: string, tone?: Tone): Segment => ({
  priority,
  spans: [{ text, tone }],
});

export interface Arrangement {
  left: Segment[];
  right: Segment[];
  width: number;
  /** Between two segments. */
  separator: Span;
  /** One cell, repeated between the left and the right side. */
  fill: Span;
}

function joined(segments: Segment[], separator: Span): Line {
  return segments.flatMap((part, index) => (index === 0 ? part.spans : [separator, ...part.spans]));
}

/** Shortens the segment that matters least, or leaves it out. */
function lessened(segments: Segment[], least: Segment): Segment[] {
  return segments.flatMap((part) => (part !== least ? [part] : part.short ? [part.short] : []));
}

/** Sets segments at both sides of a line of exactly `width` cells, as many and as long as fit. */
export function arrange({ left, right, width: cells, separator, fill }: Arrangement): Line {
  const start = joined(left, separator);
  const end = joined(right, separator);
  const room = cells - lineWidth(start) - lineWidth(end);
  if (room >= (end.length > 0 ? 1 : 0)) return [...start, { ...fill, text: fill.text.repeat(room) }, ...end];
  const all = [...left, ...right];
  const least = all.reduce((worst, part) => (part.priority >= worst.priority ? part : worst));
  if (all.length === 1 && least.short === undefined) return clip([...start, ...end], cells);
  const rest = { width: cells, separator, fill };
  return arrange({ left: lessened(left, least), right: lessened(right, least), ...rest });
}
