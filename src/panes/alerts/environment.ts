import type { AlertRow } from './row.ts';

/** The fields of an alert as a program gets them that hears of it; null: of one that goes on it does not. */
export function environment(alert: AlertRow): Record<string, string> | null {
  if (alert.state === 'ongoing') return null;
  const { pid, process, localAddress, localPort, remote, netns, netnsName, command } = alert;
  const text = (value: string | number | null) => (value === null ? '' : String(value));
  return {
    NETTOP_STATE: alert.state,
    NETTOP_KIND: alert.kind,
    NETTOP_MESSAGE: alert.message,
    NETTOP_ADVICE: alert.advice,
    NETTOP_COMMAND: text(command),
    NETTOP_EVIDENCE: JSON.stringify(alert.evidence),
    NETTOP_PID: text(pid),
    NETTOP_PROCESS: text(process),
    NETTOP_LOCAL_ADDRESS: text(localAddress),
    NETTOP_LOCAL_PORT: text(localPort),
    NETTOP_REMOTE: text(remote),
    NETTOP_NETNS: text(netns),
    NETTOP_NETNS_NAME: text(netnsName),
  };
}
