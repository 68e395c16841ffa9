import { Exchange, type Talker } from '../../capture/exchanges/exchange.ts';

/** Requests, as they may be shown: of a query the names, of statements no literals, of fields the host alone. */
export const EXCHANGES = 'exchanges';

/** What is written down of an exchange where it is not null. */
const KNOWN = [
  'owner',
  'method',
  'host',
  'path',
  'statement',
  'status',
  'grpcStatus',
  'outcome',
  'requestBytes',
  'responseBytes',
  'gap',
  'opening',
  'dns',
  'tls',
  'quic',
  'upgrade',
  'firstNs',
  'lastNs',
  'requestEndedNs',
  'requestTakenNs',
  'answerTakenNs',
] as const;

type Known = Pick<Exchange, (typeof KNOWN)[number]>;
type Ends = Pick<Talker, 'cookie' | 'local' | 'remote' | 'localPort' | 'remotePort' | 'transport'>;
type Fixed = Pick<Exchange, 'protocol' | 'isClient' | 'beganNs'>;

/** An exchange as it is by now: whole each time, as what was written before may be lost. */
export interface ExchangeState extends Fixed, Partial<Known> {
  number: number;
  /** Those of one connection have the same. */
  talk: number;
  ends: Ends;
  isDone?: true;
  isUntaken?: true;
}

/** `other`: the number of the same exchange at its other end. */
export type ExchangeAct =
  | [act: 'began' | 'done', number: number]
  | [act: 'joined', number: number, other: number];

/** States first, then what happened, in order. */
export interface ToldExchanges {
  states: ExchangeState[];
  acts: ExchangeAct[];
}

export function stateOf(exchange: Exchange, number: number, talk: number): ExchangeState {
  const { protocol, isClient, beganNs, isDone, isUntaken } = exchange;
  const { cookie, local, remote, localPort, remotePort, transport } = exchange.talker;
  const state: Record<string, unknown> = {
    number,
    talk,
    protocol,
    isClient,
    beganNs,
    ends: { cookie, local, remote, localPort, remotePort, transport },
  };
  if (isDone) state.isDone = true;
  if (isUntaken) state.isUntaken = true;
  for (const name of KNOWN) if (exchange[name] !== null) state[name] = exchange[name];
  return state as unknown as ExchangeState;
}

export function newTalker({ ends }: ExchangeState): Talker {
  return { ...ends, owner: null, ownerUntilNs: 0, saidHost: null, saidUntilNs: 0, isText: false };
}

export const newExchange = ({ protocol, isClient, beganNs }: ExchangeState, talker: Talker): Exchange =>
  new Exchange(protocol, talker, isClient, beganNs, null);

/** Says of an exchange what the state says. */
export function setState(exchange: Exchange, state: ExchangeState): void {
  const known = Object.fromEntries(KNOWN.map((name) => [name, state[name] ?? null]));
  const { isDone = false, isUntaken = false } = state;
  Object.assign(exchange, known, { isDone, isUntaken });
}
