import type { Status } from '../model/model.ts';
import { type Segment, segment } from '../text/span.ts';

const PLACES = {
  none: '',
  kernel: ' (in kernel)',
  'kernel and user space': ' (kernel + user space)',
};

/** The filter, and what of it runs where; the header has it in any case. */
export function filterSegments(filter: string, place: Status['filterPlace']): Segment[] {
  if (filter === '') return [];
  const short = segment(3, `filter${PLACES[place]}`, 'accent');
  return [{ ...segment(3, `filter: ${filter}${PLACES[place]}`, 'accent'), short }];
}
