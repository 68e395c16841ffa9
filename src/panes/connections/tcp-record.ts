import type { TcpFigures } from '../../model/model.ts';
import { boolean, type Field, number, string } from '../../model/record.ts';

/** The kernel's own figures of a TCP connection, as in struct tcp_info. */
export const tcpFields: readonly Field<TcpFigures>[] = [
  number(
    'rttVarianceMicroseconds',
    (tcp) => tcp.rttVarianceUs,
    "the mean deviation of the round-trip time; its minimum, `null` before the first measurement; `tcp`, the kernel's own figures as in `struct tcp_info`, is `null` for a listener, for UDP and in `TIME_WAIT`",
  ),
  number(
    'minimumRttMicroseconds',
    (tcp) => tcp.minRttUs,
    "the mean deviation of the round-trip time; its minimum, `null` before the first measurement; `tcp`, the kernel's own figures as in `struct tcp_info`, is `null` for a listener, for UDP and in `TIME_WAIT`",
  ),
  number(
    'congestionWindow',
    (tcp) => tcp.congestionWindow,
    'segments; the threshold is `null` until it is reached',
  ),
  number(
    'slowStartThreshold',
    (tcp) => tcp.slowStartThreshold,
    'segments; the threshold is `null` until it is reached',
  ),
  number('segmentBytes', (tcp) => tcp.mss, 'payload of a full segment'),
  string('congestionControl', (tcp) => tcp.congestionControl, 'such as `"cubic"`'),
  number(
    'deliveryBytesPerSecond',
    (tcp) => tcp.deliveryRate,
    'the newest sample of the rate at which data arrives, `null` before the first; whether it was limited by what the application sent',
  ),
  boolean(
    'applicationLimited',
    (tcp) => tcp.applicationLimited,
    'the newest sample of the rate at which data arrives, `null` before the first; whether it was limited by what the application sent',
  ),
  number(
    'acknowledgedBytes',
    (tcp) => tcp.ackedBytes,
    'with the SYN of the side that connected, and its FIN, as one byte each',
  ),
  number(
    'inFlightBytes',
    (tcp) => tcp.inFlightBytes,
    'sent and not acknowledged yet; written and not sent yet',
  ),
  number('unsentBytes', (tcp) => tcp.unsentBytes, 'sent and not acknowledged yet; written and not sent yet'),
  number(
    'sendQueueBytes',
    (tcp) => tcp.sendQueueBytes,
    'not acknowledged yet (the two above together), not read yet; a FIN that waits counts as one byte, as in `ss`',
  ),
  number(
    'receiveQueueBytes',
    (tcp) => tcp.receiveQueueBytes,
    'not acknowledged yet (the two above together), not read yet; a FIN that waits counts as one byte, as in `ss`',
  ),
  boolean(
    'sendBufferFull',
    (tcp) => tcp.sendBufferFull,
    'the send buffer has no room: whoever writes has to wait',
  ),
  number(
    'segmentsSent',
    (tcp) => tcp.segmentsSent,
    'all that were sent, retransmits and pure ACKs included; taken for lost now; received out of order',
  ),
  number(
    'lostSegments',
    (tcp) => tcp.lostSegments,
    'all that were sent, retransmits and pure ACKs included; taken for lost now; received out of order',
  ),
  number(
    'outOfOrderSegments',
    (tcp) => tcp.outOfOrderSegments,
    'all that were sent, retransmits and pure ACKs included; taken for lost now; received out of order',
  ),
  number('busyMicroseconds', (tcp) => tcp.busyUs, 'time with data to send'),
  number(
    'receiverLimitedMicroseconds',
    (tcp) => tcp.receiverLimitedUs,
    "of it, time held back by the receiver's window, by the send buffer; in steps of the kernel's clock, 1 to 10 ms",
  ),
  number(
    'sendBufferLimitedMicroseconds',
    (tcp) => tcp.sendBufferLimitedUs,
    "of it, time held back by the receiver's window, by the send buffer; in steps of the kernel's clock, 1 to 10 ms",
  ),
];
