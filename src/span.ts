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

/** Sets segments at both sides of a line of exactly `width` cells, without the ones that don't fit. */
export function arrange({ left, right, width: cells, separator, fill }: Arrangement): Line {
  const order = [...left, ...right].sort((a, b) => a.priority - b.priority);
  for (;;) {
    const kept = new Set(order);
    const start = joined(
      left.filter((part) => kept.has(part)),
      separator,
    );
    const end = joined(
      right.filter((part) => kept.has(part)),
      separator,
    );
    const room = cells - lineWidth(start) - lineWidth(end);
    const gap = end.length > 0 ? 1 : 0;
    if (room >= gap) return [...start, { ...fill, text: fill.text.repeat(room) }, ...end];
    if (order.length <= 1) return clip([...start, ...end], cells);
    order.pop();
  }
}
