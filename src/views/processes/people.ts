import type { Ledger } from '../../capture/ledger/ledger.ts';
import { type Process, processKey } from '../../capture/ledger/process.ts';
import type { KernelPerson, KernelPersons } from '../../capture/records/kernel-person.ts';
import { cgroupPath, containerOf, unitOf } from '../../machine/cgroup.ts';
import type { Machine } from '../../machine/machine.ts';
import { type ProcEntry, startTick } from '../../machine/proc-files.ts';
import { NOTHING_READ, type ProcessFacts, type ProcessRow } from '../../model/process.ts';
import { sanitize } from '../../text/text.ts';
import { processRow } from '../connections/rows.ts';

/** How long reading about new processes may take in a tick; the others wait for the next. */
const BUDGET_NS = 10e6;
/** A process that begins gives up privileges, or is moved to its cgroup, within this time. */
const SETTLED_NS = 5e9;
/** Of those that settle: where very many begin, the longest waiting are not read a second time. */
const SETTLING_KEPT = 10_000;
const RUNNING_NS = 2e9;
const MOST_RUNNING = 4096;

export interface PeopleSources {
  ledger: Ledger;
  kernel: KernelPersons;
  machine: Pick<Machine, 'nowNs' | 'process' | 'container' | 'userName'>;
}

interface Reading {
  name: string;
  uid: number | null;
  about: ProcessFacts;
}

/** What is known of processes beyond their traffic. It stays known when they end. */
export class People {
  private unsettled = 0;
  private readonly runningNow = new Map<number, { entry: ProcEntry | null; readNs: number }>();
  private readonly settling: { process: Process; dueNs: number }[] = [];

  readonly userName: (uid: number) => string;

  constructor(private readonly sources: PeopleSources) {
    this.userName = (uid) => sources.machine.userName(uid);
  }

  /** Reads about a process when it is first asked for. */
  readonly about = (process: Process): ProcessFacts => process.about ?? this.refresh(process);

  /** Of one that began or got its socket after the last tick, and so is not in the ledger yet; null: it ended. */
  begun(pid: number, startNs: number): ProcessFacts | null {
    const entry = this.running(pid);
    if (!entry || startTick(startNs) !== startTick(entry.startNs)) return null;
    const { parentPid, command, cgroups } = entry;
    return { parentPid, command, ...this.place(cgroupPath(cgroups)), read: true };
  }

  row(process: Process): ProcessRow {
    return processRow(process, this.about(process), this.userName);
  }

  /** Reads again, as a process may execute another program, have another user, or be moved to another cgroup. */
  refresh(process: Process): ProcessFacts {
    const { ledger } = this.sources;
    const reading = process.pid === 0 ? null : (this.fromProc(process) ?? this.fromKernel(process));
    if (reading && reading.name !== process.process) ledger.people.rename(process, reading.name);
    if (reading?.uid !== null && reading?.uid !== undefined) process.uid = reading.uid;
    process.about = reading?.about.read || !process.about ? (reading?.about ?? NOTHING_READ) : process.about;
    return process.about;
  }

  /** Once a tick: reads about processes that are new, have another name, or have settled. */
  tick(): void {
    const { kernel, ledger, machine } = this.sources;
    const whole = kernel.drainRenames((pid, startNs, comm) => {
      const process = ledger.processes.get(processKey(pid, startNs));
      if (!process) return;
      ledger.people.rename(process, comm);
      ledger.people.readSoon(process);
    });
    const { fresh } = ledger.people;
    if (!whole) fresh.splice(0, fresh.length, ...ledger.processes.values());
    const untilNs = machine.nowNs() + BUDGET_NS;
    for (let process = fresh.pop(); process; process = fresh.pop()) {
      if (!ledger.people.has(process)) continue;
      this.refresh(process);
      this.settling.push({ process, dueNs: untilNs + SETTLED_NS });
      if (machine.nowNs() > untilNs) break;
    }
    for (let next = this.settling[0]; next; next = this.settling[0]) {
      const isOver = this.settling.length > SETTLING_KEPT;
      const { process, dueNs } = next;
      if (!isOver && (dueNs >= untilNs || machine.nowNs() >= untilNs)) return;
      this.settling.shift();
      if (!ledger.people.has(process)) continue;
      if (isOver) this.unsettled++;
      else this.refresh(process);
    }
  }

  /** What could not be done, as sentences. */
  warnings(): string[] {
    const { unsettled } = this;
    return unsettled > 0
      ? [`${unsettled} processes were read only as they began: they may have another user or cgroup since`]
      : [];
  }

  /** A process that runs now, with or without sockets. */
  running(pid: number): ProcEntry | null {
    const { machine } = this.sources;
    const known = this.runningNow.get(pid);
    if (known && machine.nowNs() - known.readNs < RUNNING_NS) return known.entry;
    const entry = machine.process(pid);
    if (this.runningNow.size >= MOST_RUNNING) this.runningNow.clear();
    this.runningNow.set(pid, { entry, readNs: machine.nowNs() });
    return entry;
  }

  /** null: it ended, and maybe another has its number. */
  private fromProc({ pid, startNs }: Process): Reading | null {
    const entry = this.sources.machine.process(pid);
    if (!entry || startTick(startNs) !== startTick(entry.startNs)) return null;
    const { name, uid, parentPid, command } = entry;
    const { cgroup, unit, container } = this.place(cgroupPath(entry.cgroups));
    return { name, uid, about: { parentPid, command, cgroup, unit, container, read: true } };
  }

  private fromKernel({ pid, startNs }: Process): Reading | null {
    const person = this.sources.kernel.get(pid, startNs);
    if (!person) return null;
    const { parentPid } = person;
    const { cgroup, unit, container } = this.place(person.cgroup === '/' ? null : person.cgroup);
    const command = commandOf(person);
    const about = { parentPid, command, cgroup, unit, container, read: cgroup !== null };
    return { name: sanitize(person.comm), uid: null, about };
  }

  private place(path: string | null): Pick<ProcessFacts, 'cgroup' | 'unit' | 'container'> {
    if (path === null) return { cgroup: null, unit: null, container: null };
    const cgroup = sanitize(path);
    const container = containerOf(cgroup);
    const { machine } = this.sources;
    return { cgroup, unit: unitOf(cgroup), container: container && machine.container(container) };
  }
}

/** Arguments end with 0: one that does not was cut. */
function commandOf({ command }: KernelPerson): string | null {
  if (command === '') return null;
  const text = command.endsWith('\0') ? command : `${command}…`;
  return sanitize(text.replaceAll('\0', ' ').trim());
}
