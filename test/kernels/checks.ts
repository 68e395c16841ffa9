/** What is tried on every kernel, by the names of the tests in job.ts; what it takes from test/live adds its own. */
export const CHECKS = {
  doctor: 'doctor: nettop can run, and says how it stands on each function',
  processes: 'processes: every byte over TCP and UDP, by process',
  accuracy: 'accuracy: every way that bytes take, equal by process and by connection',
  fentry: 'a TCP exchange traced by fentry: as captured',
  kprobe: 'a TCP exchange traced by kprobe: as captured',
  'kprobe-multi': 'a TCP exchange traced by kprobe-multi: as captured',
  tracepoint: 'a TCP exchange traced by tracepoint: as captured',
  alike: 'fentry, kprobe and kprobe-multi see packets at the same functions',
  functions: 'functions by pattern: each that the kernel saw passed is in the trace',
  drops: 'drops: each counted once, as the kernel counts them itself, with reason and place',
  wire: 'wire: every frame of a cable counted, as the device counts them itself, and each with its process',
  failures: 'failures: connect() without a route has its error, and one whose SYN was dropped the reason',
  delay: 'connect latency: what netem holds the SYN-ACK back for, and no more than the process waited',
  neighbours: 'neighbours: a table without room is told once, with its limit, and its end',
  'netfilter-fentry': 'netfilter by fentry: hook, table, chain and verdict',
  'netfilter-kprobe': 'netfilter by kprobe: hook, table, chain and verdict',
  'rules-fentry': 'rules by fentry: which of several alike dropped how many, as nftables counts them',
  'rules-kprobe': 'rules by kprobe: which of several alike dropped how many, as nftables counts them',
  leftovers: 'nothing of nettop is left in the kernel',
} as const;

export type Check = keyof typeof CHECKS;

/** Files of test/live that run there too. */
export const LIVE = {
  drops: () => import('../live/drops.test.ts'),
  requests: () => import('../live/requests.test.ts'),
  'request-stages': () => import('../live/request-stages.test.ts'),
  'request-names': () => import('../live/request-names.test.ts'),
  'request-tls': () => import('../live/request-tls.test.ts'),
  'request-go': () => import('../live/request-go.test.ts'),
  'request-http2': () => import('../live/request-http2.test.ts'),
  'request-texts': () => import('../live/request-texts.test.ts'),
  traffic: () => import('../live/traffic.test.ts'),
  'traffic-groups': () => import('../live/traffic-groups.test.ts'),
  'listener-queues': () => import('../live/listener-queues.test.ts'),
  pcapng: () => import('../live/pcapng.test.ts'),
} as const;

/** What those need: no kernel is tried without. */
const ALWAYS: readonly string[] = ['doctor', 'leftovers'] satisfies Check[];

/** Names of checks and of files, for whoever looks into these alone; empty: all. */
export const CHOICE = process.env.NETTOP_CHECKS ?? '';
const chosen = CHOICE.split(',').filter(Boolean);

/** Tried where they are named alone: emulated, they take longer than all others together. */
const ON_DEMAND: readonly string[] = [
  'request-stages',
  'request-names',
  'request-tls',
  'request-go',
  'request-http2',
  'request-texts',
  'listener-queues',
  'pcapng',
] satisfies (keyof typeof LIVE)[];

/**
 * Left out, unless they are named, on kernels between the oldest and the newest, which have them: they need nothing that
 * came or went in between, and all four kernels together take the most time of a whole run.
 */
export const BETWEEN: readonly string[] = [
  'wire',
  'failures',
  'delay',
  'neighbours',
  'netfilter-kprobe',
  'rules-kprobe',
  'traffic',
  'traffic-groups',
] satisfies (Check | keyof typeof LIVE)[];

/** Of the machine that this is, by the names that it was given. */
const left = (process.env.NETTOP_CHECKS_LEFT ?? '').split(',');

export const isChosen = (name: string, without: readonly string[] = left): boolean =>
  chosen.includes(name) ||
  (chosen.length === 0 ? !ON_DEMAND.includes(name) && !without.includes(name) : ALWAYS.includes(name));

/** Names of the tests, those of files apart, but for some. */
export const namesWithout = (without: readonly string[]): readonly string[] =>
  (Object.keys(CHECKS) as Check[]).filter((name) => isChosen(name, without)).map((name) => CHECKS[name]);
