import { u64Bytes, viewOf } from '../../../native/fields.ts';
import type { BpfMap } from '../../../native/map.ts';
import { RECORD_HEADER, Ring } from '../../../native/ring.ts';
import { codecOf } from '../../abi/layout.ts';
import { CGROUP_NAME, PERSON, PERSON_KEY, RENAMED } from '../../abi/process.ts';
import type { Loaded } from '../../attach/objects.ts';
import type { KernelPerson } from '../records/kernel-person.ts';

/** The kernel's programs follow no more. */
const CGROUP_DEPTH = 16;

/** Processes that own sockets, as the kernel's programs keep them: for those that end before /proc is read. */
export class KernelPeople {
  private readonly people: BpfMap;
  private readonly cgroups: BpfMap;
  private readonly ring: Ring;
  private readonly ringBytes: number;
  private readonly key;
  private readonly person;
  private readonly group;
  private readonly renamed;

  constructor({ object, btf }: Loaded) {
    this.people = object.map('people');
    this.cgroups = object.map('cgroups');
    const renames = object.map('renames');
    this.ringBytes = renames.maxEntries;
    this.ring = new Ring(renames.fd, this.ringBytes);
    this.key = codecOf(btf, PERSON_KEY);
    this.person = codecOf(btf, PERSON);
    this.group = codecOf(btf, CGROUP_NAME);
    this.renamed = codecOf(btf, RENAMED);
  }

  /** null: it owned no socket that the kernel's programs saw used, or that is too long ago. */
  get(pid: number, startNs: number): KernelPerson | null {
    const value = this.people.lookup(this.key.bytes({ pid, start_ns: startNs }));
    if (!value) return null;
    const view = viewOf(value);
    const { at, get } = this.person;
    return {
      parentPid: get.parent_pid(view, 0),
      comm: get.comm(view, 0),
      command: value.toString('utf8', at.command, at.command + get.command_bytes(view, 0)),
      cgroup: this.pathOf(get.cgroup(view, 0)),
    };
  }

  /** Processes whose name changed since the last call; false when there may have been more than had room. */
  drainRenames(visit: (pid: number, startNs: number, comm: string) => void): boolean {
    const { view } = this.ring.memory;
    const { size, get } = this.renamed;
    const room = Math.floor(this.ringBytes / (size + RECORD_HEADER));
    const read = this.ring.drain(
      (at) => visit(get.pid(view, at), get.start_ns(view, at), get.comm(view, at)),
      room,
    );
    return read < room - 1;
  }

  close(): void {
    this.ring.close();
  }

  private pathOf(number: bigint): string | null {
    const names: string[] = [];
    for (let depth = 0; depth < CGROUP_DEPTH; depth++) {
      const entry = this.cgroups.lookup(u64Bytes(number));
      if (!entry) return null;
      const view = viewOf(entry);
      number = this.group.get.parent(view, 0);
      if (number === 0n) return `/${names.join('/')}`;
      names.unshift(this.group.get.name(view, 0));
    }
    return null;
  }
}
