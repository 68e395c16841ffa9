import type { ConnectionInspection } from '../../model/inspection.ts';
import { machineOf } from '../../model/of-machine.ts';
import type { Units } from '../../text/format.ts';
import { wrap } from '../../text/text.ts';
import { type Field, LABEL_CELLS, owner, UNKNOWN } from '../fields.ts';
import { verdictSentence } from './verdict-sentence.ts';

/** What holds it back, over as many lines as that takes. */
export function verdictFields(
  { row, watch }: ConnectionInspection,
  width: number,
  units: Units,
  label = 'verdict',
): Field[] {
  if (row.tcp === null || (row.ending !== null && watch.verdict === null)) return [];
  const sentence = watch.verdict === null ? 'after two looks' : verdictSentence(watch.verdict, units);
  return wrap(sentence, width - LABEL_CELLS - 1).map((text, at) => [at === 0 ? label : '', text]);
}

/** Whose the other end is, and what holds it back there. */
export function otherEndFields(otherEnd: ConnectionInspection, width: number, units: Units): Field[] {
  const { row } = otherEnd;
  return [
    ['other end', `${owner(row.pid, row.process)} on ${machineOf(row) ?? UNKNOWN}`],
    ...verdictFields(otherEnd, width, units, 'its verdict'),
  ];
}
