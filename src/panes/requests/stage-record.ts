import { type Field, number, rounded } from '../../model/record.ts';
import type { RequestStages } from './row.ts';

const microseconds = (us: number | null): number | null => (us === null ? null : rounded(us, 3));

const FIRST = 'where it is not the first request of a connection, or that is older than the capture';

/** When what had happened at one end. */
export const stageFields: readonly Field<RequestStages>[] = [
  stage(
    'nameAsked',
    (at) => at.nameAskedUs,
    'the process asked for the address of the far end',
    'where it did not within a second before the connection',
  ),
  stage('nameAnswered', (at) => at.nameAnsweredUs, 'it was told the address', 'as `nameAsked`'),
  stage('connecting', (at) => at.connectingUs, "the client's SYN left", FIRST),
  stage('connected', (at) => at.connectedUs, "the server's answer to it came", FIRST),
  stage(
    'requestEnded',
    (at) => at.requestEndedUs,
    "the request's last byte passed this end's socket: at the client it goes to the device's queue then",
    'where other bytes followed it unseen',
  ),
  stage(
    'requestAcknowledged',
    (at) => at.requestAcknowledgedUs,
    'the server acknowledged that byte',
    'at the server',
  ),
  stage(
    'requestRead',
    (at) => at.requestReadUs,
    "the server's process read that byte",
    'at the client, and where it answered before',
  ),
  stage(
    'firstByte',
    (at) => at.firstByteUs,
    "the answer's first byte passed this end's socket",
    'without answer',
  ),
  stage('lastByte', (at) => at.lastByteUs, "the answer's last byte did", 'where the end is not known'),
  stage(
    'answerRead',
    (at) => at.answerReadUs,
    "the client's process read that byte",
    'at the server, and where it did not within 0.3 s',
  ),
  stage(
    'answerAcknowledged',
    (at) => at.answerAcknowledgedUs,
    'the client acknowledged that byte',
    'at the client, where it did not within 0.3 s',
  ),
];

function stage(name: string, at: (stages: RequestStages) => number | null, about: string, nullWhen: string) {
  return number(name, (stages: RequestStages) => microseconds(at(stages)), about, nullWhen);
}
