import type { Link } from '../../native/links.ts';
import type { ProgramTime } from '../../native/program-info.ts';
import type { DroppingRule, RulePacket } from '../model/dropping-rule.ts';
import type { Container } from '../model/process.ts';
import type { OwnSide } from './own-side.ts';
import type { ProcEntry } from './proc-files.ts';

/** What the running kernel calls a drop's reason and the place where it happened. */
export interface DropNames {
  /** null: the kernel does not say. */
  reason(number: number): string | null;
  /** function+offset; null: the kernel did not say, or hides its addresses. */
  place(address: bigint): string | null;
}

/**
 * What nettop runs on, as far as ledgers, rows and filters ask for it. All questions and answers are plain values: one
 * that was recorded answers the same anywhere. Names are safe to print.
 */
export interface Machine extends DropNames {
  /** As the kernel stamps events: CLOCK_MONOTONIC. */
  nowNs(): number;
  /** Wall clock at monotonic time 0, microseconds since the epoch. */
  epochUs(): number;
  host(): string;
  /** The kernel's release. */
  kernel(): string;
  /** nettop's own network namespace. */
  ownNetns(): number;
  /** Numbers of the drop reasons that a pattern means; null: the kernel has none. */
  dropReasons(pattern: string): readonly number[] | null;
  /** Why a reset was sent; null: the kernel has no name for it. */
  resetReason(number: number): string | null;
  /** function+offset; the address where no function is known. */
  symbol(address: bigint): string;
  /** What it does not tell, as sentences. */
  warnings(): string[];
  /** The user's name, or the number. */
  userName(uid: number): string;
  /** null where it has none. */
  netnsName(inode: number): string | null;
  /** "#12" for one whose name is not known; lo is number 1 in each namespace. */
  interfaceName(index: number, netns: number): string;
  /** Of an interface of the own namespace; null: there is none. */
  interfaceIndex(name: string): number | null;
  /** The interfaces of the own namespace, with their counters. */
  devices(): Link[];
  /** What is a network namespace's own; null: it is not known. */
  ownSide(netns: number): OwnSide | null;
  /** Whether a network namespace has the address; false where that is not known. */
  hasAddress(netns: number, address: string): boolean;
  /** The errno that the routes of a network namespace give for an address; 0: they have one, or it is not known. */
  routeError(netns: number, address: string, device: number): number;
  /** Of a packet that netfilter dropped; null: no rule can have, or the ruleset is not read yet, or cannot be. */
  droppingRule(packet: RulePacket): DroppingRule | null;
  /** By its handle and its table's, as the kernel told them; without names while the ruleset is not read. */
  ruleByHandle(netns: number, table: number, handle: number): DroppingRule;
  /** A process that runs now; null: there is none. */
  process(pid: number): ProcEntry | null;
  /** The same, but its name alone. */
  processName(pid: number): string | null;
  /** Of a process that ran a moment ago too. */
  runningName(pid: number): string | null;
  /** What nettop's own programs took in the kernel up to now; null: it does not count that. */
  programTimes(): readonly ProgramTime[] | null;
  /** With its name and image, where they can be found. */
  container(container: Container): Container;
}
