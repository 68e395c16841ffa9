const MAX_SEGMENTS = 32;
/** What is longer is no name. */
const MAX_SEGMENT = 200;
const ID = '{id}';
const DATE = '{date}';

/** What stands as a whole for one of many. */
const WHOLE: readonly (readonly [RegExp, string])[] = [
  [/^\d{4}-\d\d(-\d\d)?([T ].*)?$/, DATE],
  [/^(19|20)\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])$/, DATE],
  [/^[+-]?\d+([.,]\d+)?$/, ID],
  [/^[^@]+(@|%40)[^@]+\.[a-z]{2,}$/i, ID],
];
/** What does so as a part of a segment too. */
const UUID = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/gi;
/** A part between what parts words. */
const PARTS = /[^._~:,;=+@!()%-]+/g;
const HEX = /^[\da-f]{7,}$/i;
const LONG_NUMBER = /^\d{4,}$/;
const TOKEN_LENGTH = 16;

/**
 * A path with what differs from request to request replaced, so that requests for one thing are one group:
 * `/users/42/orders/3f9a8b7c` becomes `/users/{id}/orders/{id}`.
 */
export function foldPath(path: string): string {
  const segments = path.split('/', MAX_SEGMENTS + 1);
  const folded = segments.slice(0, MAX_SEGMENTS).map(foldSegment).join('/');
  return segments.length > MAX_SEGMENTS ? `${folded}/…` : folded;
}

/** The same for one segment of a path, or a part of another name. */
export function foldSegment(segment: string): string {
  if (segment.length > MAX_SEGMENT) return ID;
  const whole = WHOLE.find(([pattern]) => pattern.test(segment));
  if (whole !== undefined) return whole[1];
  if (/^[\w-]+$/.test(segment) && isToken(segment)) return ID;
  // A UUID is made one part, which is a long number then.
  return segment.replace(UUID, '0000').replace(PARTS, (part) => (isOne(part) ? ID : part));
}

function isOne(part: string): boolean {
  return LONG_NUMBER.test(part) || (HEX.test(part) && /\d/.test(part)) || isToken(part);
}

/** Long, of letters and digits mixed, and not made of words. */
function isToken(text: string): boolean {
  if (text.length < TOKEN_LENGTH) return false;
  const digits = text.replace(/\D/g, '').length;
  const words = text.split(/[_-]/).length;
  return digits >= 3 && digits < text.length && words <= 2;
}
