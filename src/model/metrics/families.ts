import type { MetricFamily } from './metric.ts';

/** From half a millisecond, a rack, to the second at which TCP asks again; then its next attempts. */
const CONNECT_SECONDS = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const RTT_SECONDS = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];
/** Those that OpenTelemetry names for HTTP and DNS, with finer ones below for what is answered on this machine. */
const ANSWER_SECONDS = [0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const counter = (name: string, help: string, labels: readonly string[] = []): MetricFamily => ({
  name,
  kind: 'counter',
  help,
  labels,
});

const gauge = (name: string, help: string, labels: readonly string[] = []): MetricFamily => ({
  name,
  kind: 'gauge',
  help,
  labels,
});

const histogram = (
  name: string,
  bounds: readonly number[],
  help: string,
  labels: readonly string[] = [],
): MetricFamily => ({ name, kind: 'histogram', help, labels, bounds });

/** Every family that comes out of the kernel, by what it is called in nettop, in the order in which they are written. */
export const FAMILIES = {
  received: counter('nettop_receive_bytes_total', 'Payload received by all processes.'),
  transmitted: counter('nettop_transmit_bytes_total', 'Payload sent by all processes.'),
  processReceived: counter('nettop_process_receive_bytes_total', 'Payload received, by name of process.', [
    'process',
  ]),
  processTransmitted: counter('nettop_process_transmit_bytes_total', 'Payload sent, by name of process.', [
    'process',
  ]),
  containerReceived: counter(
    'nettop_container_receive_bytes_total',
    'Payload received, by container; empty: in none.',
    ['container'],
  ),
  containerTransmitted: counter(
    'nettop_container_transmit_bytes_total',
    'Payload sent, by container; empty: in none.',
    ['container'],
  ),
  unitReceived: counter(
    'nettop_unit_receive_bytes_total',
    'Payload received, by systemd unit; empty: in none.',
    ['unit'],
  ),
  unitTransmitted: counter(
    'nettop_unit_transmit_bytes_total',
    'Payload sent, by systemd unit; empty: in none.',
    ['unit'],
  ),
  interfaceReceived: counter(
    'nettop_interface_receive_bytes_total',
    'Bytes that came in by an interface of the own network namespace, headers included.',
    ['device'],
  ),
  interfaceTransmitted: counter(
    'nettop_interface_transmit_bytes_total',
    'Bytes that went out by an interface of the own network namespace, headers included.',
    ['device'],
  ),
  interfaceReceivedPackets: counter(
    'nettop_interface_receive_packets_total',
    'Packets that came in by an interface of the own network namespace.',
    ['device'],
  ),
  interfaceTransmittedPackets: counter(
    'nettop_interface_transmit_packets_total',
    'Packets that went out by an interface of the own network namespace.',
    ['device'],
  ),
  connections: gauge('nettop_tcp_connections', 'TCP sockets by state, in all network namespaces.', ['state']),
  connects: counter(
    'nettop_tcp_connects_total',
    'Attempts to connect that came to an end, by what came of them.',
    ['process', 'result'],
  ),
  connectSeconds: histogram(
    'nettop_tcp_connect_duration_seconds',
    CONNECT_SECONDS,
    'From the first SYN to the established connection, of connections that this machine opened.',
    ['process'],
  ),
  accepts: counter('nettop_tcp_accepts_total', 'Connections that came in and were established.', ['process']),
  rttSeconds: histogram(
    'nettop_tcp_rtt_seconds',
    RTT_SECONDS,
    'Smoothed round-trip times: one observation for each connection and interval in which it moved data.',
  ),
  retransmits: counter(
    'nettop_tcp_retransmits_total',
    'Segments sent again: local, as this machine had dropped them; path, as they were lost on the way.',
    ['process', 'cause'],
  ),
  drops: counter(
    'nettop_dropped_packets_total',
    'Packets that the kernel dropped, by its reason and by their protocol.',
    ['reason', 'protocol'],
  ),
  listenAcceptQueue: gauge('nettop_listen_accept_queue', 'Connections that wait for accept().', [
    'port',
    'process',
  ]),
  listenAcceptLimit: gauge('nettop_listen_accept_queue_limit', 'The most that may wait for accept().', [
    'port',
    'process',
  ]),
  listenSynQueue: gauge('nettop_listen_syn_queue', 'Handshakes under way.', ['port', 'process']),
  listenSynLimit: gauge('nettop_listen_syn_queue_limit', 'The most handshakes that may be under way.', [
    'port',
    'process',
  ]),
  listenOverflows: counter(
    'nettop_listen_overflows_total',
    'SYNs and last steps of handshakes that a listener did not take.',
    ['port', 'process'],
  ),
  dnsQueries: counter(
    'nettop_dns_queries_total',
    'DNS queries by end, type and answer; none: there was no answer.',
    ['side', 'qtype', 'rcode'],
  ),
  dnsSeconds: histogram('nettop_dns_duration_seconds', ANSWER_SECONDS, 'From a DNS query to its answer.', [
    'side',
  ]),
  httpRequests: counter(
    'nettop_http_requests_total',
    'HTTP requests in clear text, by end, method and class of status; none: there was no answer.',
    ['process', 'side', 'method', 'status_class'],
  ),
  httpSeconds: histogram(
    'nettop_http_request_duration_seconds',
    ANSWER_SECONDS,
    'From the first byte of an HTTP request to the last of its answer, or to the first where the last is not seen.',
    ['process', 'side'],
  ),
  alerts: gauge('nettop_alerts', 'Alerts that are on, by kind.', ['kind']),
  alertsBegun: counter('nettop_alerts_total', 'Alerts that began, by kind.', ['kind']),
  lost: counter('nettop_lost_events_total', 'What nettop could not count or tell, by where it was lost.', [
    'source',
  ]),
  programSeconds: counter(
    'nettop_bpf_program_run_seconds_total',
    'Time that nettop’s programs took in the kernel; only where sysctl kernel.bpf_stats_enabled is 1.',
    ['program'],
  ),
  programRuns: counter(
    'nettop_bpf_program_runs_total',
    'How often nettop’s programs ran; only where sysctl kernel.bpf_stats_enabled is 1.',
    ['program'],
  ),
  collectors: gauge(
    'nettop_collector_up',
    '1 where a part of nettop runs, 0 where this machine refuses it.',
    ['collector'],
  ),
} satisfies Record<string, MetricFamily>;

export type FamilyName = keyof typeof FAMILIES;
