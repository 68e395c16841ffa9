/**
 * A protocol of which requests and answers follow each other in order on a connection. The bytes are those of a turn,
 * from where a message begins: they may be cut. Text is safe to print and holds no value of a user.
 */
export interface Protocol {
  name: 'redis' | 'postgresql' | 'mysql';
  /** Who says a turn that looks like this protocol and no other; null: it does not. */
  begins(bytes: Uint8Array): Speaker | null;
  /** What is asked for first; null where a client says no such thing. */
  request(bytes: Uint8Array): ProtocolRequest | null;
  /** What is answered first, as far as it goes; null where a server says no such thing. */
  answer(bytes: Uint8Array, asked?: ProtocolRequest | null): ProtocolAnswer | null;
  /** What the last bytes so far say of an answer whose middle was not captured: it may fail after rows of it. */
  end?(bytes: Uint8Array): ProtocolEnd;
}

export type Speaker = 'client' | 'server';

export interface ProtocolRequest {
  /** The command in capital letters. */
  name: string;
  /** The statement. */
  detail: string | null;
  /** To its last byte; null where that is beyond the bytes, and is not said in them. */
  length: number | null;
  /** Nothing is answered to it by itself. */
  isSilent: boolean;
  /** What follows its answer is no more asked for. */
  isLast: boolean;
  /** The name under which its statement is kept; null: it is not. */
  prepares: string | null;
  /** The name of the kept statement that it asks for. */
  executes: string | null;
}

export interface ProtocolAnswer {
  status: 'ok' | 'error';
  /** The protocol's own name or number of an error. */
  code: string | null;
  length: number | null;
  /** Another one follows that ends what was asked for, or nothing was. */
  isInterim: boolean;
  /** The name under which the statement is kept that was asked to be. */
  prepared: string | null;
}

export interface ProtocolEnd {
  /** null: they do not say. */
  answer: ProtocolAnswer | null;
  /** It ends with them. */
  isOver: boolean;
}

export const asking = (name: string, more: Partial<ProtocolRequest> = {}): ProtocolRequest => ({
  name,
  detail: null,
  length: null,
  isSilent: false,
  isLast: false,
  prepares: null,
  executes: null,
  ...more,
});

export const answering = (more: Partial<ProtocolAnswer> = {}): ProtocolAnswer => ({
  status: 'ok',
  code: null,
  length: null,
  isInterim: false,
  prepared: null,
  ...more,
});
