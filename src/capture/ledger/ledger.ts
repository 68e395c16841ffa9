import { RateClock } from '../../machine/rate-clock.ts';
import { ipProtocol, TCP } from '../records/socket-kinds.ts';
import type { SocketSample } from '../records/socket-sample.ts';
import { LISTEN } from '../records/states.ts';
import { copyFigures } from '../records/tcp-sample.ts';
import type { Identity, PartUsage } from '../records/usage-record.ts';
import { Datagrams } from './datagrams.ts';
import { Flows } from './flows.ts';
import { LatelyClosed } from './lately-closed.ts';
import { Listening } from './listening.ts';
import { Minisockets } from './minisockets.ts';
import { Missing } from './missing.ts';
import { nobody } from './nobody.ts';
import { own, rememberClosed } from './ownership.ts';
import { Parts } from './parts.ts';
import { credit, type Process } from './process.ts';
import { ProcessTable } from './process-table.ts';
import { endsOf, isListener, newSocket, type Socket } from './socket.ts';

/** Bytes per process and per connection, from the samples of each tick. Times are monotonic, ns. */
export class Ledger {
  readonly sockets = new Map<number, Socket>();
  readonly minis = new Minisockets();
  readonly flows = new Flows();
  readonly clock = new RateClock();
  readonly listening = new Listening();
  private readonly datagrams = new Datagrams(this.clock);
  readonly people: ProcessTable;
  private readonly parts = new Parts();
  sweeps = 0;
  private atNs = 0;
  /** An iterator may still show them once. */
  readonly closed: LatelyClosed;
  readonly missing = new Missing();

  /**
   * `safe` makes a name that a process chose safe to print, `formerly` finds a connection that closed in an
   * earlier tick.
   */
  constructor(
    safe: (name: string) => string,
    formerly: (cookie: number) => Socket | undefined = () => undefined,
  ) {
    this.closed = new LatelyClosed(formerly);
    this.people = new ProcessTable(safe);
  }

  get processes(): ReadonlyMap<string, Process> {
    return this.people.processes;
  }

  /** Call before the samples of a sweep; what has less than `enough` seconds has no rate. */
  begin(atNs: number, enough = 0): void {
    this.clock.look(atNs, enough);
    this.atNs = atNs;
    this.listening.begin();
    this.sweeps++;
  }

  /**
   * A socket that is new, that changed in this sweep or in the one before, which was so many seconds ago. It
   * may be shown several times.
   */
  see(sample: SocketSample, seconds = this.clock.seconds): void {
    if (sample.mini) this.seeMini(sample);
    else if (!this.closed.isOf(sample)) this.seeOpen(sample, seconds);
  }

  /** A socket that no sweep shows any more. */
  gone(cookie: number): void {
    const socket = this.sockets.get(cookie);
    if (socket) this.miss(socket);
  }

  private seeOpen(sample: SocketSample, seconds: number): void {
    const lost = this.missing.get(sample.cookie);
    const socket = this.known(sample) ?? this.open(sample);
    const { rxBytes: rxBefore, txBytes: txBefore } = socket;
    this.take(socket, sample);
    if (socket.sweep === this.sweeps) return;
    socket.sweep = this.sweeps;
    if (socket.protocol !== TCP) return;
    const since = lost ? (this.atNs - lost.shownNs) / 1e9 : seconds;
    socket.rxRate = this.clock.rate(Math.max(0, socket.rxBytes - rxBefore), socket.rxRate, since);
    socket.txRate = this.clock.rate(Math.max(0, socket.txBytes - txBefore), socket.txRate, since);
  }

  /** An open socket, or what the kernel has in its place. */
  find(cookie: number): Socket | undefined {
    return this.sockets.get(cookie) ?? this.minis.sockets.get(cookie);
  }

  /** The last record of a socket; returns what it was. */
  close(sample: SocketSample): Socket {
    const socket = this.known(sample) ?? this.open(sample);
    this.take(socket, sample);
    socket.figures = copyFigures(sample);
    this.listening.closed(socket);
    const waiting = socket.rxBytes > socket.rxCredited || socket.txBytes > socket.txCredited;
    if (!socket.owner && waiting && socket.protocol === TCP) {
      this.setOwner(socket, nobody(this.people.processes, 'closed', this.atNs));
      this.settle(socket, nobody(this.people.processes, 'closed', this.atNs));
    }
    const { flows } = socket;
    this.remove(socket);
    socket.flows = flows; // what they moved last is still to be read
    this.closed.add(socket);
    return socket;
  }

  /** Bytes since nettop's last look of a socket that does not count itself, after the samples. */
  addDatagrams(socket: Socket, rxBytes: number, txBytes: number): void {
    if (rxBytes + txBytes > 0) this.datagrams.add(socket, rxBytes, txBytes);
  }

  /** A socket that is open, or closed since the last sweep. */
  talker(cookie: number): Socket | undefined {
    return this.sockets.get(cookie) ?? this.closed.get(cookie);
  }

  /** A far end of such a socket. */
  flowOf(socket: Socket, end: Parameters<Flows['open']>[1], nowNs: number): Socket {
    return this.flows.open(socket, end, nowNs, this.sockets.has(socket.cookie));
  }

  /** What it moved in all. */
  addFlow(flow: Socket, rxBytes: number, txBytes: number): void {
    const [rxNew, txNew] = [rxBytes - flow.rxBytes, txBytes - flow.txBytes];
    if (rxNew + txNew > 0) this.datagrams.add(flow, rxNew, txNew);
  }

  /** Bytes since nettop's last look, of sockets that are counted by calls. */
  addUsage(usage: Identity & Pick<SocketSample, 'protocol'>, rxBytes: number, txBytes: number): void {
    this.credit(this.process(usage), usage.protocol, rxBytes, txBytes);
  }

  /** The same of a TCP socket that several processes use, after the samples. */
  addPart(socket: Socket, usage: PartUsage, rxBytes: number, txBytes: number): void {
    this.parts.add(socket, this.process(usage), usage, rxBytes, txBytes);
  }

  /** Call after the samples of a sweep: rates and histories. `standing`: network namespaces where nobody looked. */
  end(standing: ReadonlySet<number> = new Set()): void {
    this.datagrams.end();
    this.minis.end(this.sockets, standing);
    this.listening.end(standing);
    this.parts.settle((process, rxBytes, txBytes) => this.credit(process, TCP, rxBytes, txBytes));
    this.closed.end();
    this.people.end(this.clock, this.atNs);
  }

  private seeMini(sample: SocketSample): void {
    const { cookie, pid } = sample;
    if (this.sockets.has(cookie)) return; // its last record is on its way, or a sweep saw it change
    this.listening.shake(sample);
    this.minis.see(sample, this.closed.leftBy(sample), pid ? this.process(sample) : null, this.atNs);
  }

  /** One that listened has no last record: where sockets go by their addresses, a connection may have its own. */
  private known({ cookie, state }: SocketSample): Socket | undefined {
    const socket = this.sockets.get(cookie);
    if (!socket || !isListener(socket) || state === LISTEN) return socket;
    this.remove(socket);
    return undefined;
  }

  /**
   * A socket that nettop saw open counts from zero. One that is older counts from what it had when
   * it was first seen: what it moved before is not nettop's to tell.
   */
  private open(sample: SocketSample): Socket {
    const lost = this.missing.get(sample.cookie)?.socket;
    this.missing.delete(sample.cookie);
    // where sockets go by their addresses, it may be another one
    const known = lost?.protocol === sample.protocol && lost.sourcePort === sample.localPort ? lost : null;
    const socket = known ?? newSocket(sample, sample.openedNs === 0, this.atNs);
    this.sockets.set(sample.cookie, socket);
    socket.owner?.sockets.add(socket);
    if (!known) this.listening.opened(socket);
    return socket;
  }

  private take(socket: Socket, sample: SocketSample): void {
    this.takeOwner(socket, sample);
    const moved = socket.destinationPort !== sample.remotePort || socket.sourcePort !== sample.localPort;
    // A datagram socket may connect to another address at the same port.
    if (moved || sample.protocol !== TCP) Object.assign(socket, endsOf(sample));
    socket.state = sample.state;
    socket.device = sample.device;
    socket.ethertype = sample.ethertype;
    socket.subflow = sample.subflow === 1;
    socket.rttUs = sample.rttUs;
    socket.retransmits = sample.retransmits;
    socket.figures = sample.holdFigures(socket.figures);
    this.listening.see(socket, sample, this.atNs);
    if (!socket.openedNs) socket.openedNs = sample.openedNs;
    if (sample.protocol !== TCP) return;
    socket.rxBytes = sample.rxBytes;
    socket.txBytes = sample.txBytes;
    if (socket.owner) this.settle(socket, socket.owner);
  }

  private takeOwner(socket: Socket, sample: SocketSample): void {
    const { pid, startNs } = sample;
    const { owner } = socket;
    if ((startNs === 0 && pid === 0) || (owner?.pid === pid && owner.startNs === startNs)) return;
    this.setOwner(socket, this.process(sample));
  }

  /** Gives the owner what it has not been given yet; until it is known the bytes wait. */
  private settle(socket: Socket, owner: Process): void {
    if (socket.subflow) return;
    if (socket.parts) {
      this.parts.changed(socket);
      return;
    }
    const rxBytes = Math.max(0, socket.rxBytes - socket.rxCredited);
    const txBytes = Math.max(0, socket.txBytes - socket.txCredited);
    socket.rxCredited += rxBytes;
    socket.txCredited += txBytes;
    this.credit(owner, socket.protocol, rxBytes, txBytes);
  }

  private credit(process: Process, protocol: number, rxBytes: number, txBytes: number): void {
    if (rxBytes === 0 && txBytes === 0) return;
    credit(process, ipProtocol(protocol) ?? 0, rxBytes, txBytes);
    process.activeNs = this.atNs;
  }

  private setOwner(socket: Socket, owner: Process): void {
    if (socket.owner && socket.protocol === TCP) this.parts.of(socket);
    own(socket, owner);
  }

  private miss(socket: Socket): void {
    this.remove(socket);
    this.missing.add(socket, this.atNs - this.clock.seconds * 1e9);
  }

  private remove(socket: Socket): void {
    this.sockets.delete(socket.cookie);
    this.listening.gone(socket);
    this.flows.close(socket);
    if (socket.owner?.sockets.delete(socket)) rememberClosed(socket, socket.owner);
  }

  private process({ pid, startNs, uid, comm }: Identity): Process {
    return this.people.get(pid, startNs, uid, comm, this.atNs);
  }
}
