import type { Sighting } from '../alert.ts';
import { blocked } from '../block-command.ts';
import type { AlertKind } from '../kind.ts';
import type { Look, Refused } from '../look.ts';
import { placeIn } from '../place.ts';
import { makeRoom, Tried } from '../window.ts';

/** Different ports within a minute: who looks for one service asks for one or two of them. */
const MANY = 15;
const WINDOW_US = 60e6;
/** Of what a source asks for, so much has to be refused: a peer with connections that asks for more is none. */
const REFUSED_SHARE = 0.8;
const MOST_SOURCES = 4096;
const MOST_PORTS = 4096;

interface Scanner {
  tried: Tried<number>;
  packets: number;
  byRules: number;
  destination: string | null;
}

/** A source that tries many ports of this host, which are refused or dropped. */
export function scanIn(): AlertKind {
  const scanners = new Map<string, Scanner>();
  return {
    name: 'scanIn',
    fires: 1,
    clears: 20,
    see(look, isOn) {
      for (const [subject, { tried }] of scanners) {
        if (!isOn(subject)) tried.expire(look.atUs - WINDOW_US);
        if (tried.size === 0) scanners.delete(subject);
      }
      return look.refused.flatMap((refused) => {
        const subject = `${refused.netns} ${refused.source}`;
        const scanner = scannerOf(scanners, subject, refused);
        note(scanner, refused, look.atUs);
        if (scanner.tried.size < MANY) return [];
        const established = look.established(refused.netns, refused.source);
        const share = scanner.tried.size / (scanner.tried.size + established);
        return share < REFUSED_SHARE ? [] : [sighting(subject, scanner, refused, established, look)];
      });
    },
  };
}

function scannerOf(scanners: Map<string, Scanner>, subject: string, { destination }: Refused): Scanner {
  const known = scanners.get(subject);
  if (known) return known;
  makeRoom(scanners, MOST_SOURCES);
  const made = { tried: new Tried<number>(MOST_PORTS), packets: 0, byRules: 0, destination };
  scanners.set(subject, made);
  return made;
}

function note(scanner: Scanner, { ports, packets, byRules, destination }: Refused, atUs: number): void {
  for (const port of ports.keys()) scanner.tried.add(port, atUs);
  scanner.packets += packets;
  scanner.byRules += byRules;
  if (scanner.destination !== destination) scanner.destination = null;
}

function sighting(
  subject: string,
  { tried, packets, byRules, destination }: Scanner,
  { netns, source }: Refused,
  established: number,
  look: Look,
): Sighting {
  const ports = [...tried.all()].sort((a, b) => a - b);
  const [first = 0, last = 0] = [ports[0], ports.at(-1)];
  const place = placeIn(look, netns, { localAddress: destination, remote: source });
  const more = tried.size >= MOST_PORTS || look.refusedLost > 0 ? 'at least ' : '';
  const rules = byRules > 0 ? `, ${byRules} of ${packets} packets dropped by rules` : '';
  return {
    ...place,
    subject,
    figure: ports.length,
    evidence: { ports: ports.length, firstPort: first, lastPort: last, packets, byRules, established },
    message: `${source} tried ${more}${ports.length} ports of this host that nothing answers at, ${first} to ${last}${rules}`,
    advice:
      'Somebody looks for services. What is open to that network, and has to be? The command drops what comes from there for ten minutes',
    command: blocked(source, place, look.ownNetns),
  };
}
