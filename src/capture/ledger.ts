import { isMapped } from '../filter/address.ts';
import type { Words } from './wire.ts';

const HISTORY = 60;
const CLOSED_KEPT = 16;
const PROCESSES_KEPT = 20_000;
const TCP = 6;
/** A socket of the kernel itself is looked for that often, then no more. */
const SEARCHES = 3;

/** What a sweep or a last record says of a socket. */
export interface SocketSample {
  cookie: number;
  rxBytes: number;
  txBytes: number;
  openedNs: number;
  startNs: number;
  local: Words;
  remote: Words;
  pid: number;
  uid: number;
  rttUs: number;
  retransmits: number;
  netns: number;
  localPort: number;
  remotePort: number;
  state: number;
  protocol: number;
  comm: string;
}

/** An open socket. The names source and destination are those that a filter asks for. */
export interface Socket {
  cookie: number;
  protocol: number;
  family: 4 | 6;
  source: Words;
  destination: Words;
  sourcePort: number;
  destinationPort: number;
  netns: number;
  pid: number;
  process: string;
  owner: Process | null;
  state: number;
  /** Its own totals, since it opened. */
  rxBytes: number;
  txBytes: number;
  /** What of them its process has been given, or what was there before nettop. */
  rxCredited: number;
  txCredited: number;
  rxRate: number;
  txRate: number;
  rttUs: number;
  retransmits: number;
  openedNs: number;
  seenNs: number;
  sweep: number;
  searches: number;
}

export interface Process {
  key: string;
  pid: number;
  uid: number;
  process: string;
  rxBytes: number;
  txBytes: number;
  rxRate: number;
  txRate: number;
  /** Totals at the last tick. */
  rxBefore: number;
  txBefore: number;
  history: number[];
  sockets: Set<Socket>;
  /** The last sockets that closed, so that a filter still finds their process. */
  closed: Socket[];
  activeNs: number;
}

/** Bytes per process and per connection, from the samples of each tick. Times are monotonic, ns. */
export class Ledger {
  readonly sockets = new Map<number, Socket>();
  readonly processes = new Map<string, Process>();
  /** Names by pid, the last process of that number. */
  readonly names = new Map<number, string>();
  /** Sockets without a known owner that are worth a search through the processes. */
  unowned = 0;
  evictedProcesses = 0;
  private sweeps = 0;
  private atNs = 0;
  private elapsedSeconds = 1;
  /** Closed since the last sweep: an iterator may still show them once. */
  private closedNow = new Set<number>();

  constructor(
    /** Makes a name that a process chose safe to print. */
    private readonly safe: (name: string) => string,
  ) {}

  /** Call before the samples of a sweep. */
  begin(atNs: number): void {
    this.elapsedSeconds = this.atNs ? Math.max(1e-6, (atNs - this.atNs) / 1e9) : 1;
    this.atNs = atNs;
    this.sweeps++;
    this.unowned = 0;
  }

  see(sample: SocketSample): void {
    if (this.closedNow.has(sample.cookie)) return;
    const socket = this.sockets.get(sample.cookie) ?? this.open(sample);
    const rxBefore = socket.rxBytes;
    const txBefore = socket.txBytes;
    this.take(socket, sample);
    socket.sweep = this.sweeps;
    socket.rxRate = Math.max(0, socket.rxBytes - rxBefore) / this.elapsedSeconds;
    socket.txRate = Math.max(0, socket.txBytes - txBefore) / this.elapsedSeconds;
    if (!socket.owner && socket.searches++ < SEARCHES) this.unowned++;
  }

  /** The last record of a socket. */
  close(sample: SocketSample): void {
    const known = this.sockets.get(sample.cookie);
    const socket = known ?? this.open(sample);
    this.take(socket, sample);
    if (!socket.owner && (socket.rxBytes || socket.txBytes)) {
      this.setOwner(socket, this.nobody());
      this.settle(socket, this.nobody());
    }
    this.remove(socket);
    this.closedNow.add(sample.cookie);
  }

  /** Bytes since nettop's last look, of sockets that are counted by calls. */
  addUsage(pid: number, startNs: number, uid: number, comm: string, rxBytes: number, txBytes: number): void {
    this.credit(this.process(pid, startNs, uid, comm), rxBytes, txBytes);
  }

  /** Call after the samples of a sweep: rates, histories, what is gone. */
  end(): void {
    for (const socket of this.sockets.values()) if (socket.sweep !== this.sweeps) this.remove(socket);
    this.closedNow.clear();
    for (const process of this.processes.values()) {
      process.rxRate = (process.rxBytes - process.rxBefore) / this.elapsedSeconds;
      process.txRate = (process.txBytes - process.txBefore) / this.elapsedSeconds;
      process.rxBefore = process.rxBytes;
      process.txBefore = process.txBytes;
      if (process.history.push(process.rxRate + process.txRate) > HISTORY) process.history.shift();
    }
    if (this.processes.size > PROCESSES_KEPT) this.evict();
  }

  resetTotals(): void {
    for (const process of this.processes.values()) {
      process.rxBefore -= process.rxBytes;
      process.txBefore -= process.txBytes;
      process.rxBytes = 0;
      process.txBytes = 0;
    }
  }

  /**
   * A socket that nettop saw open counts from zero. One that is older counts from what it had when
   * it was first seen: what it moved before is not nettop's to tell.
   */
  private open(sample: SocketSample): Socket {
    const { local, remote } = sample;
    const older = sample.openedNs === 0 && this.sweeps <= 1;
    const socket: Socket = {
      cookie: sample.cookie,
      protocol: sample.protocol,
      family: isMapped(local) || isMapped(remote) ? 4 : 6,
      source: local,
      destination: remote,
      sourcePort: sample.localPort,
      destinationPort: sample.remotePort,
      netns: sample.netns,
      pid: 0,
      process: '',
      owner: null,
      state: sample.state,
      rxBytes: older ? sample.rxBytes : 0,
      txBytes: older ? sample.txBytes : 0,
      rxCredited: older ? sample.rxBytes : 0,
      txCredited: older ? sample.txBytes : 0,
      rxRate: 0,
      txRate: 0,
      rttUs: 0,
      retransmits: 0,
      openedNs: sample.openedNs,
      seenNs: this.atNs,
      sweep: this.sweeps,
      searches: 0,
    };
    this.sockets.set(sample.cookie, socket);
    return socket;
  }

  private take(socket: Socket, sample: SocketSample): void {
    const owner =
      sample.startNs || sample.pid ? this.process(sample.pid, sample.startNs, sample.uid, sample.comm) : null;
    if (owner && owner !== socket.owner) this.setOwner(socket, owner);
    if (socket.destinationPort !== sample.remotePort || socket.sourcePort !== sample.localPort) {
      socket.source = sample.local;
      socket.destination = sample.remote;
      socket.sourcePort = sample.localPort;
      socket.destinationPort = sample.remotePort;
    }
    socket.state = sample.state;
    socket.rttUs = sample.rttUs;
    socket.retransmits = sample.retransmits;
    if (!socket.openedNs) socket.openedNs = sample.openedNs;
    if (sample.protocol !== TCP) return;
    socket.rxBytes = sample.rxBytes;
    socket.txBytes = sample.txBytes;
    if (socket.owner) this.settle(socket, socket.owner);
  }

  /** Gives the owner what it has not been given yet; until it is known the bytes wait. */
  private settle(socket: Socket, owner: Process): void {
    const rxBytes = Math.max(0, socket.rxBytes - socket.rxCredited);
    const txBytes = Math.max(0, socket.txBytes - socket.txCredited);
    socket.rxCredited += rxBytes;
    socket.txCredited += txBytes;
    this.credit(owner, rxBytes, txBytes);
  }

  private credit(process: Process, rxBytes: number, txBytes: number): void {
    process.rxBytes += rxBytes;
    process.txBytes += txBytes;
    if (rxBytes || txBytes) process.activeNs = this.atNs;
  }

  private setOwner(socket: Socket, owner: Process): void {
    socket.owner?.sockets.delete(socket);
    socket.owner = owner;
    socket.pid = owner.pid;
    socket.process = owner.process;
    owner.sockets.add(socket);
  }

  private remove(socket: Socket): void {
    this.sockets.delete(socket.cookie);
    const { owner } = socket;
    if (!owner?.sockets.delete(socket)) return;
    owner.closed.push(socket);
    if (owner.closed.length > CLOSED_KEPT) owner.closed.shift();
  }

  private process(pid: number, startNs: number, uid: number, comm: string): Process {
    const key = `${pid}:${startNs}`;
    const known = this.processes.get(key);
    if (known) return known;
    const process: Process = {
      key,
      pid,
      uid,
      process: this.safe(comm),
      rxBytes: 0,
      txBytes: 0,
      rxRate: 0,
      txRate: 0,
      rxBefore: 0,
      txBefore: 0,
      history: [],
      sockets: new Set(),
      closed: [],
      activeNs: this.atNs,
    };
    this.processes.set(key, process);
    this.names.set(pid, process.process);
    return process;
  }

  /** Whom traffic goes to that closed before its process was learned. */
  private nobody(): Process {
    return this.process(0, 0, 0, '[not known]');
  }

  private evict(): void {
    const idle = [...this.processes.values()].filter((process) => process.sockets.size === 0);
    idle.sort((a, b) => a.activeNs - b.activeNs);
    for (const process of idle.slice(0, this.processes.size - PROCESSES_KEPT)) {
      this.processes.delete(process.key);
      this.names.delete(process.pid);
      this.evictedProcesses++;
    }
  }
}
