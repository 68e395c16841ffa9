import { AskedNames } from '../../capture/exchanges/asked-names.ts';
import type { Endings } from '../../capture/ledger/endings.ts';
import { flowKey } from '../../capture/ledger/flows.ts';
import type { Ledger } from '../../capture/ledger/ledger.ts';
import { dropAtListener } from '../../capture/ledger/listener-drops.ts';
import type { Process } from '../../capture/ledger/process.ts';
import { type Closed, isConnection, type Socket } from '../../capture/ledger/socket.ts';
import { type SynDropEntries, SynDrops } from '../../capture/ledger/syn-drops.ts';
import type { LifeSample } from '../../capture/records/life-record.ts';
import { ipProtocol, isSpecial } from '../../capture/records/socket-kinds.ts';
import { stateName } from '../../capture/records/states.ts';
import { asksFor, HOST_NAMES } from '../../filter/asks.ts';
import type { Expression } from '../../filter/ast.ts';
import { matchesEitherWay } from '../../filter/evaluate.ts';
import type { Machine } from '../../machine/machine.ts';
import type { ConnectionRow, SynDrop } from '../../model/model.ts';
import type { FaultEntries } from '../feed.ts';
import { ConnectTimes } from './connect-times.ts';
import type { GroupOfConnections } from './connection-groups.ts';
import { farEndOf, farName } from './far-name.ts';
import { type PlaceNames, toFaults } from './fault-rows.ts';
import { groupRow } from './group-row.ts';
import { connectionRow, openOrClosed, rated } from './rows.ts';

/** So long a listener's count may come later than the end of the connection that it did not take. */
const SETTLED_NS = 5e9;

/** What the kernel's side keeps of single connections: the lives of open ones, and SYNs that were dropped. */
export interface Memory {
  /** null: it is closed, older than nettop, or no TCP connection. */
  lives: { of(cookie: number): LifeSample | null };
  synDrops: SynDropEntries;
  faults: FaultEntries;
}

/** Connections that are open, and those that closed a while ago. */
export class Connections {
  private readonly synDrops: SynDrops;
  private readonly connectTimes: ConnectTimes;

  constructor(
    private readonly ledger: Ledger,
    private readonly endings: Endings,
    private readonly kernel: Memory,
    private readonly machine: Pick<Machine, 'hasAddress'> & PlaceNames,
    private readonly asked = new AskedNames(),
  ) {
    this.synDrops = new SynDrops(kernel.synDrops);
    this.connectTimes = new ConnectTimes(kernel.lives);
  }

  /**
   * With what the kernel has in the place of a socket. Where that is left of a connection whose end was
   * seen (TIME_WAIT), the two are one.
   */
  all(withClosed: boolean): Socket[] {
    const { sockets, minis, flows } = this.ledger;
    const open = [...sockets.values(), ...flows.all.values()];
    if (!withClosed) return [...open, ...minis.sockets.values()];
    const others = [...minis.sockets.values()].filter(({ cookie }) => !this.endings.has(cookie));
    return [...open, ...others, ...this.endings.all()];
  }

  /** Whose sockets that closed a while ago may be what the filter asks for. */
  closedOwners(expression: Expression): ReadonlySet<Process> {
    const found = new Set<Process>();
    for (const socket of this.endings.all()) {
      const { owner } = socket;
      if (owner && !found.has(owner) && this.matches(expression, socket)) found.add(owner);
    }
    return found;
  }

  /** Those of one process. */
  of(process: Process): Socket[] {
    const closed = [...this.endings.all()].filter(({ owner }) => owner === process);
    return [...process.sockets, ...closed];
  }

  /** By the key of its row. */
  find(key: string): Socket | undefined {
    const { sockets, flows } = this.ledger;
    const open = sockets.get(Number(key)) ?? flows.all.get(key);
    return open ?? this.endings.find(key) ?? this.ledger.find(Number(key));
  }

  keyOf(socket: Socket): string {
    if (socket.number > 0) return flowKey(socket);
    return this.endings.keyOf(socket, this.ledger.sockets.has(socket.cookie));
  }

  row(socket: Socket, nowNs: number): ConnectionRow {
    const { closed, cookie } = socket;
    const life = closed ? closed.life : this.kernel.lives.of(cookie);
    if (closed) closed.drop = this.synDrops.of(socket, closed, nowNs) ?? this.notTaken(socket, closed, nowNs);
    const row = rated(connectionRow(socket, nowNs, life, this.keyOf(socket)), this.ledger.clock);
    row.state = this.stateOf(socket);
    Object.assign(row, farName(this.asked, farEndOf(socket)));
    if (isConnection(socket)) this.blame(row, cookie);
    row.netnsName = this.machine.netnsName(socket.netns);
    row.interface = this.boundTo(socket) ?? null;
    return row;
  }

  /** Several as one row. */
  groupRow(group: GroupOfConnections, nowNs: number): ConnectionRow {
    const { connectTimes } = this;
    const nameOf = (socket: Socket) => farName(this.asked, farEndOf(socket));
    return rated(groupRow(group, { nowNs, connectTimes, farName: nameOf }), this.ledger.clock);
  }

  /** What the kernel has of it now, by name: of a connection that closed, what is left of it. */
  stateOf({ closed, cookie, protocol, state }: Socket): string {
    const left = closed && this.ledger.minis.sockets.get(cookie);
    if (left) return stateName(left.state);
    return openOrClosed(protocol, state, closed !== null);
  }

  /** Whether packets of the socket, in either direction, may be what the filter asks for. */
  matches(expression: Expression, socket: Socket): boolean {
    if (socket.device > 0) socket.interface = this.boundTo(socket);
    if (asksFor(expression, HOST_NAMES))
      socket.destinationName = farName(this.asked, farEndOf(socket)).remoteName;
    return matchesEitherWay(expression, isSpecial(socket.protocol) ? plain(socket) : socket);
  }

  /** What is told of single segments is newer than the socket's own count, which was swept. */
  private blame(row: ConnectionRow, cookie: number): void {
    row.faults = toFaults(this.kernel.faults.of(cookie), this.machine, row);
    const { local, path } = row.faults ?? { local: 0, path: 0 };
    row.retransmits = Math.max(row.retransmits, local + path);
  }

  /** What the listener that it was for dropped meanwhile. */
  private notTaken(socket: Socket, closed: Closed, nowNs: number): SynDrop | null {
    if (nowNs > closed.closedNs + SETTLED_NS) return null;
    return dropAtListener(this.ledger.listening.drops.found.values(), socket, closed, (netns, address) =>
      this.machine.hasAddress(netns, address),
    );
  }

  /** undefined: it is bound to none. A device that went keeps the name that it had. */
  private boundTo({ device, netns, interface: before }: Socket): string | undefined {
    if (device === 0) return undefined;
    const name = this.machine.interfaceName(device, netns);
    return name.startsWith('#') ? (before ?? name) : name;
  }
}

/** Of a raw socket, by the protocol of its packets. A packet socket has neither that nor a family. */
function plain(socket: Socket): Parameters<typeof matchesEitherWay>[1] {
  const protocol = ipProtocol(socket.protocol);
  return protocol === null ? { ...socket, family: 0 } : { ...socket, protocol };
}
