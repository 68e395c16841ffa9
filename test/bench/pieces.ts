import { codecOf } from '../../src/abi/layout.ts';
import { PIECE, PIECE_DIRECTION, PIECE_FLAG, SPEECH } from '../../src/abi/request.ts';
import { RequestBook } from '../../src/capture/exchanges/request-book.ts';
import { pieceReader } from '../../src/capture/records/piece.ts';
import { NO_WISHES } from '../../src/protocols/http1.ts';
import { RequestList } from '../../src/views/requests/request-list.ts';
import { btfOf } from '../fixtures/bpf.ts';
import { wordsOf } from '../fixtures/samples.ts';

/**
 * pieces.ts [ROUNDS]: what it takes to put the pieces of one request together, at both its ends, out of the memory of a
 * ring: the least of all rounds, and the median. The list of requests is full before the first.
 */
const ROUNDS = Number(process.argv[2] ?? 40);
const REQUESTS = 5000;
/** As many as are kept, at both ends. */
const FILLING = 8;

const btf = btfOf('requests');
const piece = codecOf(btf, PIECE);
const REQUEST = Buffer.from(
  'GET /index.html HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n',
);
const HEAD =
  'HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Mon, 30 Nov 2026 12:00:00 GMT\r\nContent-Type: text/html\r\nContent-Length: 512\r\n\r\n';
const ANSWER = Buffer.from(HEAD.padEnd(512, 'x'));
const ANSWER_BYTES = HEAD.length + 512;
const ROOM = piece.size + 512;

interface End {
  cookie: number;
  localPort: number;
  remotePort: number;
  isClient: boolean;
  numbers: [number, number];
}

const memory = Buffer.alloc(4 * REQUESTS * ROOM);
const u8 = new Uint8Array(memory.buffer, memory.byteOffset, memory.length);
const view = new DataView(memory.buffer, memory.byteOffset, memory.length);
const read = pieceReader(btf, u8, view);
const owner = { pid: 1, process: 'nginx', uid: 0, netns: 1 };
const list = new RequestList(
  () => owner,
  () => null,
);
const book = new RequestBook(list, NO_WISHES);
const address = wordsOf('127.0.0.1');
const ends: End[] = [
  { cookie: 1, localPort: 40_000, remotePort: 8080, isClient: true, numbers: [0, 0] },
  { cookie: 2, localPort: 8080, remotePort: 40_000, isClient: false, numbers: [0, 0] },
];
let nowNs = 1e12;
const next = { asked: 1000, answered: 5000 };

function write(at: number, end: End, isAnswer: boolean): void {
  const direction = isAnswer === end.isClient ? PIECE_DIRECTION.received : PIECE_DIRECTION.sent;
  const sequence = isAnswer ? next.answered : next.asked;
  const bytes = isAnswer ? ANSWER : REQUEST;
  const length = isAnswer ? ANSWER_BYTES : REQUEST.length;
  const asked = (next.asked + REQUEST.length) | 0;
  const answered = (next.answered + (isAnswer ? length : 0)) | 0;
  const [sent, received] = end.isClient ? [asked, answered] : [answered, asked];
  end.numbers[direction] = (end.numbers[direction] + 1) & 0xffff;
  nowNs += 20_000;
  piece.put(view, at, {
    at_ns: nowNs,
    cookie: end.cookie,
    last_sent_ns: nowNs - 1000,
    last_received_ns: nowNs - 2000,
    connecting_ns: 0,
    connected_ns: 0,
    read_ns: nowNs - 3000,
    acknowledged_ns: nowNs - 4000,
    local: address,
    remote: address,
    sequence,
    turn: sequence,
    length,
    next_sent: sent,
    next_received: received,
    read: received,
    acknowledged: sent,
    local_port: end.localPort,
    remote_port: end.remotePort,
    captured: bytes.length,
    number: end.numbers[direction],
    direction,
    speech: SPEECH.http,
    flags: PIECE_FLAG.turn,
    protocol: 6,
  });
  memory.set(bytes, at + piece.size);
}

function fill(): void {
  let at = 0;
  for (let request = 0; request < REQUESTS; request++) {
    for (const isAnswer of [false, true])
      for (const end of isAnswer ? [...ends].reverse() : ends) {
        write(at, end, isAnswer);
        at += ROOM;
      }
    next.asked = (next.asked + REQUEST.length) | 0;
    next.answered = (next.answered + ANSWER_BYTES) | 0;
  }
}

function round(): number {
  fill();
  const begin = performance.now();
  for (let at = 0; at < memory.length; at += ROOM) book.take(read(at));
  return (1000 * (performance.now() - begin)) / REQUESTS;
}

for (let n = 0; n < FILLING; n++) round();
const times = Array.from({ length: ROUNDS }, round).sort((a, b) => a - b);
const both = `${list.counts.http} requests, ${list.joinedEnds} at both ends`;
process.stdout.write(
  `a request at both its ends: ${times[0]?.toFixed(2)} µs at least, ${times[ROUNDS >> 1]?.toFixed(2)} in the middle (${both})\n`,
);
