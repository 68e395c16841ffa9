import { SPEECH } from '../../abi/request.ts';
import { mysql } from '../../protocols/mysql.ts';
import { postgresql } from '../../protocols/postgresql.ts';
import { redis } from '../../protocols/redis.ts';
import { DnsTalk } from './dns-talk.ts';
import { HttpTalk } from './http-talk.ts';
import { Http2Talk } from './http2-talk.ts';
import { messages } from './message-talk.ts';
import { QuicTalk } from './quic-talk.ts';
import type { Spoken } from './talk.ts';
import { beginsTls, TlsTalk } from './tls-talk.ts';

/** What is followed, by what the kernel takes it for. */
export const SPOKEN: Readonly<Record<number, Spoken>> = {
  [SPEECH.http]: {
    begins: () => true,
    follow: (talker, listener, _, wishes) => new HttpTalk(talker, listener, wishes),
  },
  [SPEECH.http2]: {
    begins: () => true,
    follow: (talker, listener, _, wishes, upgrade) => new Http2Talk(talker, listener, wishes, upgrade),
  },
  [SPEECH.tls]: { begins: beginsTls, follow: (talker, listener) => new TlsTalk(talker, listener) },
  [SPEECH.dns]: { begins: () => true, follow: (talker, listener) => new DnsTalk(talker, listener) },
  [SPEECH.quic]: { begins: () => true, follow: (_, listener) => new QuicTalk(listener) },
  [SPEECH.redis]: messages(redis),
  [SPEECH.postgresql]: messages(postgresql),
  [SPEECH.mysql]: messages(mysql),
};
