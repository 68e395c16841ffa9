import type { Sighting } from '../alert.ts';
import type { AlertKind } from '../kind.ts';
import type { Failure, Look } from '../look.ts';
import { placeIn } from '../place.ts';
import { makeRoom, Tried } from '../window.ts';

/** Different ports or addresses that failed within a minute. A client that is turned away asks the same few again. */
const MANY = 50;
const WINDOW_US = 60e6;
const MOST_PROCESSES = 1024;
const MOST_TARGETS = 4096;

interface Scanner {
  first: Failure;
  tried: Tried<string>;
  /** Attempts that failed, by cause, since it was seen first. */
  attempts: Map<Failure['cause'], number>;
}

/** A process that tries many addresses or ports, which do not answer or refuse it. */
export function scanOut(): AlertKind {
  const scanners = new Map<string, Scanner>();
  return {
    name: 'scanOut',
    fires: 1,
    clears: 20,
    see(look, isOn) {
      const seen = new Set<string>();
      for (const failure of look.failures) {
        if (failure.cause === 'no free port' || failure.remotePort === 0) continue;
        const subject = `${failure.netns} ${failure.pid ?? failure.process}`;
        seen.add(subject);
        note(scannerOf(scanners, subject, failure), failure, look.atUs);
      }
      for (const [subject, { tried }] of scanners) {
        if (!isOn(subject)) tried.expire(look.atUs - WINDOW_US);
        if (tried.size === 0) scanners.delete(subject);
      }
      return [...seen].flatMap((subject) => {
        const scanner = scanners.get(subject);
        return scanner && scanner.tried.size >= MANY ? [sighting(subject, scanner, look)] : [];
      });
    },
  };
}

function scannerOf(scanners: Map<string, Scanner>, subject: string, first: Failure): Scanner {
  const known = scanners.get(subject);
  if (known) return known;
  makeRoom(scanners, MOST_PROCESSES);
  const made = { first, tried: new Tried<string>(MOST_TARGETS), attempts: new Map() };
  scanners.set(subject, made);
  return made;
}

function note(
  { tried, attempts }: Scanner,
  { remoteAddress, remotePort, cause }: Failure,
  atUs: number,
): void {
  tried.add(`${remotePort} ${remoteAddress}`, atUs);
  attempts.set(cause, (attempts.get(cause) ?? 0) + 1);
}

function sighting(subject: string, { first, tried, attempts }: Scanner, look: Look): Sighting {
  const [ports, addresses] = [new Set<string>(), new Set<string>()];
  for (const target of tried.all()) {
    const [port = '', address = ''] = target.split(' ');
    ports.add(port);
    addresses.add(address);
  }
  const { pid, process, netns } = first;
  const refused = attempts.get('refused') ?? 0;
  const failed = [...attempts.values()].reduce((sum, count) => sum + count, 0);
  const what =
    addresses.size === 1
      ? `${ports.size} ports of ${first.remoteAddress}`
      : ports.size === 1
        ? `port ${first.remotePort} of ${addresses.size} addresses`
        : `${ports.size} ports of ${addresses.size} addresses`;
  const more = tried.size >= MOST_TARGETS ? 'at least ' : '';
  return {
    ...placeIn(look, netns, {
      pid,
      process,
      remote: addresses.size === 1 ? first.remoteAddress : null,
    }),
    subject,
    figure: tried.size,
    evidence: {
      targets: tried.size,
      ports: ports.size,
      addresses: addresses.size,
      attempts: failed,
      refused,
      unanswered: failed - refused,
    },
    message: `${process ?? 'a process'} (${pid ?? '?'}) tried ${more}${what}: ${refused} attempts were refused, ${failed - refused} had no answer`,
    advice:
      'Is it meant to? A monitor, a crawler and a peer-to-peer client look like this, and so does malware. Its command line and parent stand in the processes pane',
    command: pid === null ? null : `kill -STOP ${pid}`,
  };
}
