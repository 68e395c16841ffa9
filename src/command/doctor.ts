import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import { libbpf } from '../../native/libbpf.ts';
import { findAllowed, type ProgramKind } from '../attach/allowed.ts';
import { withInlined } from '../attach/inlined.ts';
import { type Attachment, plan } from '../attach/plan.ts';
import { TRACE_POINTS } from '../attach/points.ts';
import type { RunningKernel } from '../attach/running-kernel.ts';
import { isKernelFrom } from '../machine/kernel-version.ts';
import {
  isSeccompFiltered,
  MEMORY_MB,
  memoryLimitMb,
  missingMount,
  mostDescriptors,
} from '../machine/limits.ts';
import { type Diagnosis, type Finding, report } from './doctor-report.ts';
import { missingCapabilities } from './privileges.ts';

const INITIAL = 'and the initial user namespace: not a rootless container';

const SECCOMP = 'a seccomp filter refuses it: allow bpf() (docker run --security-opt seccomp=unconfined)';

const KINDS: {
  kind: ProgramKind;
  what: string;
  needed: boolean;
  hint: string;
}[] = [
  {
    kind: 'tracepoint',
    what: 'tracepoint programs',
    needed: true,
    hint: `needs Linux 5.5 or newer with BTF, ${INITIAL}`,
  },
  {
    kind: 'iterator',
    what: 'iterator programs',
    needed: true,
    hint: `needs Linux 5.8 or newer with BTF, ${INITIAL}`,
  },
  {
    kind: 'fentry',
    what: 'fentry programs',
    needed: false,
    hint: 'needs CONFIG_FUNCTION_TRACER and a kernel that is not locked down; the trace uses other rungs',
  },
  {
    kind: 'kprobe',
    what: 'kprobe programs',
    needed: false,
    hint: 'needs CONFIG_KPROBES and lockdown none; the trace uses other rungs',
  },
  {
    kind: 'multi',
    what: 'kprobe-multi programs',
    needed: false,
    hint: 'needs Linux 5.18 or newer with CONFIG_FPROBE; many functions attach one by one',
  },
  {
    kind: 'uprobe',
    what: 'uprobe programs',
    needed: false,
    hint: 'needs CONFIG_UPROBE_EVENTS: without it requests --tls sees no text within TLS',
  },
];

function attachmentsHere(
  kernel: RunningKernel,
  kinds: ReadonlyMap<ProgramKind, string | null>,
): Attachment[] {
  const refusal = (kind: ProgramKind) => kinds.get(kind) ?? (kinds.has(kind) ? null : kernel.refusal(kind));
  const found = findAllowed(kernel.types, refusal);
  const tracepoints = kinds.get('tracepoint') === null;
  const allowed = {
    ...found,
    hasTracepoint: (name: string) => tracepoints && found.hasTracepoint(name),
  };
  return plan(withInlined(TRACE_POINTS, allowed), allowed, new Set(), 'auto');
}

/** What this machine allows and what is missing. */
export function runDoctor(running: RunningKernel, verbose: boolean): Diagnosis {
  const absent = missingMount();
  if (absent) {
    const mounts = {
      what: 'mounts',
      ok: false,
      needed: true,
      detail: absent.message,
      hint: absent.hint,
    };
    return report([kernel(), mounts], [], verbose);
  }
  const libraryReason = tryLibrary();
  const kinds = new Map(KINDS.map(({ kind }) => [kind, libraryReason ?? running.refusal(kind)]));
  const attachments: Attachment[] = libraryReason ? [] : attachmentsHere(running, kinds);
  const findings = [
    kernel(),
    btf(running),
    lockdown(),
    capabilities(),
    library(libraryReason),
    descriptors(),
    memory(),
    ...programs(kinds),
  ];
  return report(findings, attachments, verbose);
}

function kernel(): Finding {
  return {
    what: 'kernel',
    ok: isKernelFrom('5.10'),
    needed: true,
    detail: release(),
    hint: 'nettop needs Linux 5.10 or newer',
  };
}

function btf({ types }: RunningKernel): Finding {
  const ok = types.btf() !== null;
  const hint = 'use a kernel built with CONFIG_DEBUG_INFO_BTF=y; every current distribution kernel is';
  return {
    what: 'BTF',
    ok,
    needed: true,
    detail: ok ? '/sys/kernel/btf/vmlinux' : 'not there',
    hint,
  };
}

/** /sys/kernel/security/lockdown reads "none [integrity] confidentiality". */
function lockdown(): Finding {
  const mode = lockdownMode();
  const hint = 'confidentiality keeps BPF from reading the kernel: boot with lockdown=integrity or none';
  return {
    what: 'lockdown',
    ok: mode !== 'confidentiality',
    needed: true,
    detail: mode,
    hint,
  };
}

function lockdownMode(): string {
  try {
    const modes = readFileSync('/sys/kernel/security/lockdown', 'utf8');
    return /\[(\w+)\]/.exec(modes)?.[1] ?? 'not known';
  } catch {
    const asked = /\blockdown=(\w+)/.exec(readFileSync('/proc/cmdline', 'utf8'))?.[1];
    return asked ?? 'not known: /sys/kernel/security/lockdown is not there';
  }
}

function capabilities(): Finding {
  const missing = missingCapabilities();
  const detail = missing.length > 0 ? `missing: ${missing.join(', ')}` : 'all that is needed';
  return {
    what: 'capabilities',
    ok: missing.length === 0,
    needed: true,
    detail,
    hint: 'run it as root: sudo nettop doctor',
  };
}

/** Programs, maps and links of all panes are some 200, Node.js has some 25. */
const DESCRIPTORS = 256;

function descriptors(): Finding {
  const most = mostDescriptors();
  const hint = `needs ${DESCRIPTORS}: ulimit -n 4096, or LimitNOFILE=4096 in a systemd unit`;
  const detail = most === null ? 'without limit' : `at most ${most}`;
  return {
    what: 'descriptors',
    ok: most === null || most >= DESCRIPTORS,
    needed: true,
    detail,
    hint,
  };
}

function memory(): Finding {
  const limit = memoryLimitMb();
  const hint = `needs ${MEMORY_MB} MB: memory.max of the cgroup, or MemoryMax= in a systemd unit`;
  const detail = limit === null ? 'without limit' : `at most ${limit} MB`;
  return {
    what: 'memory',
    ok: limit === null || limit >= MEMORY_MB,
    needed: true,
    detail,
    hint,
  };
}

function tryLibrary(): string | null {
  try {
    libbpf().possibleCpus();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

function library(reason: string | null): Finding {
  const hint = 'install it: apt-get install libbpf1 (Debian, Ubuntu), dnf install libbpf (Fedora)';
  return {
    what: 'libbpf',
    ok: reason === null,
    needed: true,
    detail: reason ?? 'libbpf.so.1',
    hint,
  };
}

function programs(kinds: Map<ProgramKind, string | null>): Finding[] {
  const isFiltered = isSeccompFiltered();
  return KINDS.map(({ kind, what, needed, hint }) => {
    const reason = kinds.get(kind) ?? null;
    const isRefused = /not permitted|not implemented/.test(reason ?? '');
    const detail = reason ?? 'load and attach';
    return {
      what,
      ok: reason === null,
      needed,
      detail,
      hint: isFiltered && isRefused ? SECCOMP : hint,
    };
  });
}
