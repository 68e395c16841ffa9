import { spawnSync } from 'node:child_process';

/** What `ss` says of a TCP connection, in nettop's words. */
export interface SocketInfo {
  receiveBytes: number;
  /** Without retransmissions. */
  transmitBytes: number;
  rttMicroseconds: number;
  retransmits: number;
}

/** Of the connection from a local to a remote port; null when there is none. */
export function socketInfo(local: number, remote: number, within: readonly string[] = []): SocketInfo | null {
  const filter = ['sport', '=', `:${local}`, 'and', 'dport', '=', `:${remote}`];
  const [command = '', ...args] = [...within, 'ss', '-tinHO', ...filter];
  const { stdout } = spawnSync(command, args, { encoding: 'utf8' });
  if (!stdout.trim()) return null;
  const number = (pattern: RegExp) => Number(pattern.exec(stdout)?.[1] ?? 0);
  return {
    receiveBytes: number(/ bytes_received:(\d+)/),
    transmitBytes: number(/ bytes_sent:(\d+)/) - number(/ bytes_retrans:(\d+)/),
    rttMicroseconds: Math.round(number(/ rtt:([\d.]+)/) * 1000),
    retransmits: number(/ retrans:\d+\/(\d+)/),
  };
}
