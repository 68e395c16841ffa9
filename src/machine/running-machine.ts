import { hostname, release } from 'node:os';
import { KernelTypes } from '../../native/kernel.ts';
import { type Link, readLinks } from '../../native/links.ts';
import type { ProgramTime } from '../../native/program-info.ts';
import { programTimes } from '../../native/program-times.ts';
import { askRoute } from '../../native/route.ts';
import type { DroppingRule, RulePacket } from '../model/dropping-rule.ts';
import type { Container } from '../model/process.ts';
import { sanitize } from '../text/text.ts';
import { epochUs, monotonicNs } from './clock.ts';
import { ContainerFiles } from './container-files.ts';
import { readDropReasons } from './drop-reasons.ts';
import { InterfaceNames, ownAddresses, ownNetns, type Within } from './interfaces.ts';
import type { Machine } from './machine.ts';
import { NetnsNames } from './netns-names.ts';
import { NftRulesets } from './nft/rulesets.ts';
import { type OwnSide, readOwnSide } from './own-side.ts';
import { type ProcEntry, readProcess } from './proc-files.ts';
import { readResetReasons } from './reset-reasons.ts';
import { processName, RunningNames } from './running-names.ts';
import { addressesAreHidden, readSymbols, type Symbols } from './symbols.ts';
import { readUsers } from './users.ts';

/** This machine. Each thing is read when it is first asked for; what does not change is read once. */
export class RunningMachine implements Machine {
  /** Programs ask for them too. */
  readonly types = new KernelTypes();
  /** Asked for when it is wanted: where there is no /proc, that is said first. */
  readonly ownNetns: () => number = once(ownNetns);
  private readonly interfaces = new InterfaceNames(this.ownNetns, (netns, act) => this.within(netns, act));
  private readonly rulesets = new NftRulesets((netns, act) => this.within(netns, act), monotonicNs);
  private readonly netnsNames = new NetnsNames();
  private readonly running = new RunningNames();
  private readonly containers = new ContainerFiles(monotonicNs);
  private readonly dropNames = once(() => readDropReasons(this.types));
  private readonly resetNames = once(() => readResetReasons(this.types));
  private readonly users = once(readUsers);
  private readonly areHidden = once(addressesAreHidden);

  /** Functions by their addresses: a tenth of a second. */
  readonly symbols: () => Symbols = once(readSymbols);

  /** Runs something in another network namespace. */
  enter: Within = () => null;

  readonly nowNs = monotonicNs;
  readonly epochUs = epochUs;

  host(): string {
    return sanitize(hostname());
  }

  kernel(): string {
    return release();
  }

  /** SKB_NOT_DROPPED_YET is 0, and so is what a kernel without reasons gives. */
  reason(number: number): string | null {
    return number === 0 ? null : this.dropNames().name(number);
  }

  /** Without 0, which has a name too: every packet that was not dropped has it. */
  dropReasons(pattern: string): readonly number[] | null {
    const reasons = this.dropNames();
    return reasons.known ? reasons.numbers(pattern).filter((reason) => reason > 0) : null;
  }

  resetReason(number: number): string | null {
    return this.resetNames().get(number) ?? null;
  }

  place(address: bigint): string | null {
    return address === 0n || this.symbols().hidden ? null : this.symbols().at(address);
  }

  symbol(address: bigint): string {
    return this.symbols().at(address);
  }

  /** One sentence where the kernel hides its addresses: sysctl kernel.kptr_restrict, or no CAP_SYSLOG. */
  warnings(): string[] {
    return this.areHidden()
      ? ['the kernel hides its addresses: where packets were dropped is not known']
      : [];
  }

  userName(uid: number): string {
    return this.users().get(uid) ?? String(uid);
  }

  netnsName(inode: number): string | null {
    return this.netnsNames.get(inode, monotonicNs());
  }

  interfaceName(index: number, netns: number): string {
    return this.interfaces.name(index, netns, monotonicNs());
  }

  interfaceIndex(name: string): number | null {
    return this.interfaces.index(name);
  }

  devices(): Link[] {
    return readLinks();
  }

  private within<T>(netns: number, act: () => T): T | null {
    return netns === this.ownNetns() ? act() : this.enter(netns, act);
  }

  ownSide(netns: number): OwnSide | null {
    return this.within(netns, readOwnSide);
  }

  hasAddress(netns: number, address: string): boolean {
    return this.within(netns, () => ownAddresses().has(address)) ?? false;
  }

  routeError(netns: number, address: string, device: number): number {
    try {
      return this.within(netns, () => askRoute(Buffer.from(address, 'hex'), device)) ?? 0;
    } catch {
      return 0; // no descriptor is left, or a security module forbids it: then it is not known
    }
  }

  droppingRule(packet: RulePacket): DroppingRule | null {
    return this.rulesets.of(packet);
  }

  ruleByHandle(netns: number, table: number, handle: number): DroppingRule {
    return this.rulesets.byHandle(netns, table, handle);
  }

  process(pid: number): ProcEntry | null {
    return readProcess(pid);
  }

  processName(pid: number): string | null {
    return processName(pid);
  }

  runningName(pid: number): string | null {
    return this.running.get(pid, monotonicNs());
  }

  programTimes(): ProgramTime[] | null {
    return programTimes();
  }

  container(container: Container): Container {
    return this.containers.name(container);
  }
}

function once<T>(read: () => T): () => T {
  let known: { value: T } | undefined;
  return () => {
    known ??= { value: read() };
    return known.value;
  };
}
