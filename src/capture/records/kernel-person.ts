/** What the kernel's programs kept of a process when it first used a socket. Nothing is safe to print yet. */
export interface KernelPerson {
  parentPid: number;
  comm: string;
  /** '' where it was not running then. */
  command: string;
  /** Path in cgroup v2; "/" also where v2 is not in use; null where it is not whole. */
  cgroup: string | null;
}

/** Processes that own sockets, as the kernel knows them. */
export interface KernelPersons {
  /** null: it owned no socket that the kernel's programs saw used, or that is too long ago. */
  get(pid: number, startNs: number): KernelPerson | null;
  /** Processes whose name changed since the last call; false when there may have been more than had room. */
  drainRenames(visit: (pid: number, startNs: number, comm: string) => void): boolean;
}
