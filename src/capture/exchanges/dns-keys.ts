import type { Words } from '../../abi/layout.ts';
import type { DnsMessage } from '../../protocols/dns.ts';
import type { Talker } from './exchange.ts';

/** RFC 6762: what answers by multicast repeats no question. */
export const MDNS_PORT = 5353;
/** Stands for whoever of many answers. */
const ANYBODY = '*';

/** A message of DNS at one end. */
export interface DnsTurn {
  message: DnsMessage;
  talker: Talker;
  isSent: boolean;
}

/** What a query is found by again: who is asked or asks, its number, name and type. */
export function queryKey({ message, talker, isSent }: DnsTurn): string {
  const isOfMany = isMulticast(talker.remote) || (!isSent && isMulticast(talker.local) && isMdns(talker));
  const far = farKey(talker, isSent, isOfMany ? ANYBODY : talker.remote.join());
  return key(far, message.id, message.name, message.type);
}

/**
 * The keys under which an answer's query may stand. One that repeats no question, as multicast DNS, belongs to each
 * query for one of its records. Elsewhere one whose question is not known, as of a server that could not read it, belongs
 * to the query with its number: then the key ends behind that.
 */
export function answerKeys({ message, talker, isSent }: DnsTurn): string[] {
  const { id, name, type, questions, answers } = message;
  const fars = [talker.remote.join(), ANYBODY].map((far) => farKey(talker, !isSent, far));
  if (questions > 0 && type !== null) return fars.map((far) => key(far, id, name, type));
  if (questions > 0 || !isMdns(talker)) return fars.map((far) => `${far} ${id} `);
  return fars.flatMap((far) =>
    answers.flatMap((record) => [key(far, id, record.name, record.type), key(far, id, record.name, 'ANY')]),
  );
}

/** Heard by all of a link: most of them have no answer to give. */
export const isToMany = ({ talker, isSent }: DnsTurn): boolean => !isSent && isMulticast(talker.local);

/** Says without being asked what is new, as multicast DNS does. */
export const isAnnouncement = ({ message, talker }: DnsTurn): boolean =>
  message.questions === 0 && isMdns(talker);

const isMdns = ({ localPort, remotePort }: Talker): boolean =>
  localPort === MDNS_PORT && remotePort === MDNS_PORT;

const farKey = ({ remotePort }: Talker, isAsker: boolean, far: string): string =>
  `${isAsker ? '>' : '<'}${remotePort} ${far}`;

/** Upper and lower case are one name: RFC 4343. */
const key = (far: string, id: number, name: string | null, type: string | null): string =>
  `${far} ${id} ${name?.toLowerCase()} ${type}`;

/** 224.0.0.0/4, ff00::/8. */
function isMulticast([first = 0, second = 0, third = 0, last = 0]: Words): boolean {
  if (first >>> 24 === 0xff) return true;
  return first === 0 && second === 0 && third === 0xffff && last >>> 28 === 0xe;
}
