/** What is known of all machines of a fleet together. */
export interface FleetStatus {
  /** Host and port of the server that has their metrics. */
  server: string;
  /** Machines that report; null: not asked yet. */
  hosts: number | null;
  /** Those that have stopped to. */
  stale: number;
  /** What rates are over, as the server takes it, such as 1m. */
  window: string;
  /** Alerts that are on; null: not asked yet. */
  alerts: number | null;
  /** How long the last refresh took; null: there was none. */
  refreshMs: number | null;
  /** The server and the machines that sentences of it name, as they do. */
  named: readonly string[];
  /** Why what is shown is not new, as a sentence; null: it is. */
  problem: string | null;
}
