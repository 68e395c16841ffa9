import { bytes, name, u32, u64, u64Exact } from '../../native/fields.ts';
import { shared } from './layout.ts';

/** bpf/abi/process.h, which says what each member means. */

export const PERSON_KEY = shared('person_key', { start_ns: u64, pid: u32 });

export const PERSON = shared('person', {
  cgroup: u64Exact,
  parent_pid: u32,
  command_bytes: u32,
  comm: name(16),
  command: bytes(160),
});

export const CGROUP_NAME = shared('cgroup_name', { parent: u64Exact, name: name(120) });

export const RENAMED = shared('renamed', { start_ns: u64, pid: u32, comm: name(16) });
