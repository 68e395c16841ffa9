/** Every kind of alert, by the name that programs get, with its title for people. */
export const ALERT_TITLES = {
  conntrackFull: 'conntrack table full',
  portsExhausted: 'no free port',
  scanIn: 'port scan in',
  scanOut: 'port scan out',
  packetFlood: 'flood of packets',
  amplification: 'amplification',
  synFlood: 'SYN flood',
  connectFlood: 'flood of connections',
  slowAccept: 'slow accept',
  burst: 'burst of clients',
  answersLost: 'answers lost',
  timeWaitFull: 'TIME_WAIT table full',
  neighboursFull: 'neighbour table full',
  receiveBufferFull: 'receive buffer full',
  retransmissions: 'retransmissions',
  rule: 'own rule',
} as const;

export type AlertName = keyof typeof ALERT_TITLES;

/** What an alert is about: each is null where it has none, or it is not known. Text is safe to print. */
export interface AlertPlace {
  pid: number | null;
  process: string | null;
  localAddress: string | null;
  localPort: number | null;
  /** An address, one with its port, or a network such as 203.0.113.0/24. */
  remote: string | null;
  /** Inode of the network namespace. */
  netns: number | null;
  netnsName: string | null;
}

export const NOWHERE: AlertPlace = {
  pid: null,
  process: null,
  localAddress: null,
  localPort: null,
  remote: null,
  netns: null,
  netnsName: null,
};

/** The figures by which it was judged, by names that end with their units. */
export type Evidence = Readonly<Record<string, number | string>>;

/** What one look shows of a trouble. */
export interface Sighting extends AlertPlace {
  /** Of its kind: sightings with the same subject are one alert. */
  subject: string;
  /** How bad it is, to be compared within the kind. */
  figure: number;
  evidence: Evidence;
  /** What there is to see, with its numbers: one sentence without a full stop. */
  message: string;
  advice: string;
  /** What would help, for a shell; null: no command does. It is never run. */
  command: string | null;
}

export type AlertState = 'begin' | 'ongoing' | 'end';

/** A trouble from its first to its last sighting, as it was when it was worst. Times: microseconds since the epoch. */
export interface Alert extends Sighting {
  /** No two have the same. */
  key: string;
  kind: AlertName;
  state: AlertState;
  firstUs: number;
  lastUs: number;
}
