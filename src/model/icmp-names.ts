/** What ICMP's error messages are called: RFC 792, RFC 1122 (3.2.2.1), RFC 1812 (5.2.7.1), RFC 4443. By type and code. */
const V4: Readonly<Record<number, readonly string[]>> = {
  3: [
    'net unreachable',
    'host unreachable',
    'protocol unreachable',
    'port unreachable',
    'fragmentation needed',
    'source route failed',
    'net unknown',
    'host unknown',
    'source host isolated',
    'net prohibited',
    'host prohibited',
    'net unreachable for this type of service',
    'host unreachable for this type of service',
    'admin prohibited',
    'host precedence violation',
    'precedence cutoff in effect',
  ],
  4: ['source quench'],
  11: ['time exceeded in transit', 'time exceeded in reassembly'],
  12: ['parameter problem', 'parameter problem: an option is missing', 'parameter problem: bad length'],
};

const V6: typeof V4 = {
  1: [
    'no route',
    'admin prohibited',
    'beyond scope of source address',
    'address unreachable',
    'port unreachable',
    'source address failed policy',
    'reject route',
    'error in source routing header',
  ],
  2: ['packet too big'],
  3: ['time exceeded in transit', 'time exceeded in reassembly'],
  4: [
    'parameter problem: erroneous header field',
    'parameter problem: unknown next header',
    'parameter problem: unknown option',
  ],
};

/** "ICMP host prohibited", "ICMPv6 no route"; by its numbers where it has no name. */
export function icmpName(version: 4 | 6, type: number, code: number): string {
  const protocol = version === 4 ? 'ICMP' : 'ICMPv6';
  return `${protocol} ${(version === 4 ? V4 : V6)[type]?.[code] ?? `type ${type} code ${code}`}`;
}
