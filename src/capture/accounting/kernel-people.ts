import type { BpfMap } from '../../../native/map.ts';
import { Ring } from '../../../native/ring.ts';
import type { Loaded } from '../../attach/objects.ts';
import { offsets, readName, readU64 } from '../records/layout.ts';

const COMM_BYTES = 16;
const COMMAND_BYTES = 160;
const CGROUP_BYTES = 120;
/** The kernel's programs follow no more. */
const CGROUP_DEPTH = 16;
/** Before each record in a ring buffer. */
const RING_HEADER = 8;

/** What the kernel's programs kept of a process when it first used a socket. Nothing is safe to print yet. */
export interface KernelPerson {
  parentPid: number;
  comm: string;
  /** '' where it was not running then. */
  command: string;
  /** Path in cgroup v2; "/" also where v2 is not in use; null where it is not whole. */
  cgroup: string | null;
}

/** Processes that own sockets, as the kernel's programs keep them: for those that end before /proc is read. */
export class KernelPeople {
  private readonly people: BpfMap;
  private readonly cgroups: BpfMap;
  private readonly ring: Ring;
  private readonly ringBytes: number;
  private readonly person;
  private readonly group;
  private readonly renamed;

  constructor({ object, btf }: Loaded) {
    this.people = object.map('people');
    this.cgroups = object.map('cgroups');
    const renames = object.map('renames');
    this.ringBytes = renames.maxEntries;
    this.ring = new Ring(renames.fd, this.ringBytes);
    this.person = offsets(btf, 'person', {
      cgroup: 8,
      parent_pid: 4,
      command_bytes: 4,
      comm: COMM_BYTES,
      command: COMMAND_BYTES,
    });
    this.group = offsets(btf, 'cgroup_name', { parent: 8, name: CGROUP_BYTES });
    this.renamed = offsets(btf, 'renamed', { start_ns: 8, pid: 4, comm: COMM_BYTES });
  }

  /** null: it owned no socket that the kernel's programs saw used, or that is too long ago. */
  get(pid: number, startNs: number): KernelPerson | null {
    const key = Buffer.alloc(this.people.keySize);
    key.writeBigUInt64LE(BigInt(startNs), 0);
    key.writeUInt32LE(pid, 8);
    const value = this.people.lookup(key);
    if (!value) return null;
    const view = new DataView(value.buffer, value.byteOffset, value.length);
    const { cgroup, parent_pid, command_bytes, comm, command } = this.person;
    const bytes = view.getUint32(command_bytes, true);
    return {
      parentPid: view.getUint32(parent_pid, true),
      comm: readName(view, comm, COMM_BYTES),
      command: value.toString('utf8', command, command + bytes),
      cgroup: this.pathOf(value.readBigUInt64LE(cgroup)),
    };
  }

  /** Processes whose name changed since the last call; false when there may have been more than had room. */
  drainRenames(visit: (pid: number, startNs: number, comm: string) => void): boolean {
    const { view } = this.ring.memory;
    const { start_ns, pid, comm, size } = this.renamed;
    const room = Math.floor(this.ringBytes / (size + RING_HEADER));
    const read = this.ring.drain(
      (at) =>
        visit(
          view.getUint32(at + pid, true),
          readU64(view, at + start_ns),
          readName(view, at + comm, COMM_BYTES),
        ),
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
      const key = Buffer.alloc(8);
      key.writeBigUInt64LE(number);
      const entry = this.cgroups.lookup(key);
      if (!entry) return null;
      number = entry.readBigUInt64LE(this.group.parent);
      if (number === 0n) return `/${names.join('/')}`;
      const view = new DataView(entry.buffer, entry.byteOffset, entry.length);
      names.unshift(readName(view, this.group.name, CGROUP_BYTES));
    }
    return null;
  }
}
