import type { Words } from '../../abi/layout.ts';
import { isMapped } from '../../filter/address.ts';
import { TCP } from '../records/socket-kinds.ts';
import type { SocketSample } from '../records/socket-sample.ts';
import { LISTEN, NEW_SYN_RECV, SYN_SENT } from '../records/states.ts';
import { ListenerDrops } from './listener-drops.ts';
import { ListeningPlace } from './listening-place.ts';
import type { Socket } from './socket.ts';

type Seen = Pick<SocketSample, 'protocol' | 'waiting'> & Parameters<ListenerDrops['see']>[1];
type Shaking = Pick<
  SocketSample,
  'state' | 'netns' | 'local' | 'localPort' | 'remote' | 'remotePort' | 'timeouts'
>;

/** Handshakes that are followed, of all places: more are only counted, by the kernel. */
const FOLLOWED = 65_536;
const NOWHERE: ReadonlySet<number> = new Set();

/**
 * Who listens, and what came there. Each connection that comes about is known by its last record at the latest, so
 * that one that lived between two looks is counted too.
 */
export class Listening {
  readonly drops = new ListenerDrops();
  /** Each socket that listens, with its place. */
  readonly placeOf = new Map<Socket, ListeningPlace>();
  private readonly places = new Map<number, ListeningPlace[]>();
  private sweep = 0;
  /** Handshakes that are followed one by one. */
  private followed = 0;

  /** Call before the samples of a tick. */
  begin(): void {
    for (const places of this.places.values())
      for (const place of places) place.completedBefore = place.completed;
  }

  /** Call with every sample of a socket that is new or changed. Monotonic, ns. */
  see(socket: Socket, sample: Seen, atNs: number): void {
    if (sample.protocol !== TCP) return;
    this.drops.see(socket, sample, atNs);
    if (sample.state === LISTEN) this.add(socket);
    else if (sample.waiting === 1) this.find(socket)?.waiting.add(socket);
    else this.find(socket)?.waiting.delete(socket);
  }

  /** A socket that was not known. What is older than nettop has come before. */
  opened(socket: Socket): void {
    if (socket.openedNs > 0) this.place(socket)?.complete(socket);
  }

  /** A socket's last record, which it has taken. */
  closed(socket: Socket): void {
    if (!this.placeOf.has(socket)) this.place(socket)?.end(socket);
  }

  /** A socket that no sweep shows any more, or that closed. */
  gone(socket: Socket): void {
    if (socket.protocol !== TCP) return;
    const place = this.placeOf.get(socket);
    if (!place) {
      this.find(socket)?.waiting.delete(socket);
      return;
    }
    this.placeOf.delete(socket);
    place.listeners.delete(socket);
    if (place.listeners.size > 0) return;
    const key = keyOf(place.netns, socket.sourcePort);
    const rest = (this.places.get(key) ?? []).filter((other) => other !== place);
    if (rest.length > 0) this.places.set(key, rest);
    else this.places.delete(key);
  }

  /** A connection before its handshake's end, or what is left of one that closed. */
  shake({ state, netns, local, localPort, remote, remotePort, timeouts }: Shaking): void {
    if (state !== NEW_SYN_RECV) return;
    const place = this.at(netns, local, localPort);
    if (place?.shake(remote, remotePort, timeouts, this.sweep, FOLLOWED - this.followed)) this.followed++;
  }

  /** Call after the samples of a sweep. `standing`: network namespaces where nobody looked. */
  end(standing = NOWHERE): void {
    this.followed = 0;
    for (const places of this.places.values())
      for (const place of places) {
        if (!standing.has(place.netns)) place.settle(this.sweep);
        this.followed += place.followed;
      }
    this.sweep++;
  }

  private place(socket: Socket): ListeningPlace | undefined {
    const { protocol, state, destinationPort } = socket;
    const isConnection = protocol === TCP && state !== LISTEN && state !== SYN_SENT && destinationPort > 0;
    return isConnection ? this.find(socket) : undefined;
  }

  private find({ netns, source, sourcePort }: Socket): ListeningPlace | undefined {
    return this.at(netns, source, sourcePort);
  }

  /** The kernel prefers the socket that has the address itself. */
  private at(netns: number, address: Words, port: number): ListeningPlace | undefined {
    const places = this.places.get(keyOf(netns, port));
    if (!places) return;
    const having = (words: Words) => places.find((place) => isSame(place.address, words));
    return having(address) ?? (isMapped(address) ? having(ANY_IPV4) : undefined) ?? having(ANY);
  }

  private add(socket: Socket): void {
    if (this.placeOf.has(socket)) return;
    const { netns, source, sourcePort } = socket;
    const key = keyOf(netns, sourcePort);
    const places = this.places.get(key) ?? [];
    let place = places.find(({ address }) => isSame(address, source));
    if (!place) {
      place = new ListeningPlace(netns, source);
      this.places.set(key, [...places, place]);
    }
    place.listeners.add(socket);
    this.placeOf.set(socket, place);
  }
}

const ANY: Words = [0, 0, 0, 0];
const ANY_IPV4: Words = [0, 0, 0xffff, 0];

const isSame = (one: Words, other: Words): boolean => one.every((word, index) => word === other[index]);

/** A port has 16 bits. */
const keyOf = (netns: number, port: number): number => netns * 0x10000 + port;
