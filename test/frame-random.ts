import { pick, type Random } from './filter-random.ts';
import { ETH_P_IP, ETH_P_IPV6, type Frame } from './fixtures/parsed-headers.ts';

/** A layer as its bytes and the Ethernet type or IP protocol that the layer below names it by. */
interface Layer {
  bytes: Buffer;
  type: number;
}

const TEB = 0x6558;
const [HOPOPTS, ROUTING, FRAGMENT, AH, DSTOPTS] = [0, 43, 44, 51, 60];

function filled(random: Random, size: number): Buffer {
  return Buffer.from(Array.from({ length: size }, () => random(256)));
}

/** A frame as it may come, at times cut, at times with a byte that is wrong. */
export function randomFrame(random: Random): Frame {
  const { bytes: packet, type } = ip(random, 2);
  const tags = Array.from({ length: pick(random, [0, 0, 0, 1, 2, 3]) }, () => filled(random, 2));
  const link = random(3) > 0;
  const bytes = Buffer.concat([link ? ethernet(random, tags, type) : Buffer.alloc(0), packet]);
  if (random(4) === 0) bytes[random(bytes.length)] = random(256);
  const inFront = link ? 14 + 4 * random(tags.length + 1) : 0;
  const protocol = inFront >= 14 && inFront < 14 + 4 * tags.length ? 0x8100 : type;
  return {
    bytes: bytes.subarray(0, random(3) === 0 ? random(bytes.length + 1) : bytes.length),
    link: inFront,
    protocol: random(20) === 0 ? pick(random, [0x0806, ETH_P_IP, ETH_P_IPV6]) : protocol,
    whole: random(3000),
  };
}

function ethernet(random: Random, tags: Buffer[], type: number): Buffer {
  const types = [...tags.map(() => pick(random, [0x8100, 0x88a8])), type].map(number16);
  const tagged = types.flatMap((one, index) => [one, tags[index] ?? Buffer.alloc(0)]);
  return Buffer.concat([filled(random, 12), ...tagged]);
}

function number16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 255]);
}

/** An IP packet; `depth` tunnels at most lie in it. */
function ip(random: Random, depth: number): Layer {
  const four = random(2) === 0;
  const transport = above(random, depth);
  const { bytes, type: next } = four
    ? transport
    : extended(random, transport, pick(random, [0, 0, 0, 1, 2, 7]));
  return four ? ipv4(random, bytes, next) : ipv6(random, bytes, next);
}

function ipv4(random: Random, rest: Buffer, protocol: number): Layer {
  const header = filled(random, 20 + 4 * pick(random, [0, 0, 0, 1, 10]));
  header[0] = 0x40 | (header.length / 4);
  header.writeUInt16BE(random(10) === 0 ? 0 : header.length + rest.length, 2);
  header.writeUInt16BE(pick(random, [0, 0, 0, 0x4000, 0x2000, 0x2001, 0x00b9]), 6);
  header[9] = protocol;
  return { bytes: Buffer.concat([header, rest]), type: ETH_P_IP };
}

function ipv6(random: Random, rest: Buffer, next: number): Layer {
  const header = filled(random, 40);
  header[0] = 0x60;
  header.writeUInt16BE(random(10) === 0 ? 0 : rest.length, 4);
  header[6] = next;
  return { bytes: Buffer.concat([header, rest]), type: ETH_P_IPV6 };
}

function extended(random: Random, rest: Layer, count: number): Layer {
  if (count === 0) return rest;
  const { bytes, type: next } = extended(random, rest, count - 1);
  const type = pick(random, [HOPOPTS, ROUTING, FRAGMENT, AH, DSTOPTS]);
  const header = filled(random, type === FRAGMENT ? 8 : 8 * pick(random, [1, 1, 2, 3]));
  header[0] = next;
  header[1] = type === AH ? header.length / 4 - 2 : header.length / 8 - 1;
  if (type === FRAGMENT) header.writeUInt16BE(pick(random, [0, 1, 8, 0xfff9]), 2);
  return { bytes: Buffer.concat([header, bytes]), type };
}

function above(random: Random, depth: number): Layer {
  const kinds = [tcp, icmp, plainUdp, other, ...(depth > 0 ? [vxlan, geneve, gre, within] : [])];
  return pick(random, kinds)(random, depth - 1);
}

function tcp(random: Random): Layer {
  const header = filled(random, 20 + random(30));
  header[12] = pick(random, [0x50, 0x80, 0xf0]);
  return { bytes: header, type: 6 };
}

function icmp(random: Random): Layer {
  const header = filled(random, 8 + random(20));
  header[0] = pick(random, [0, 3, 8, 11, 128, 129, 135]);
  return { bytes: header, type: pick(random, [1, 58]) };
}

function other(random: Random): Layer {
  return { bytes: filled(random, random(30)), type: pick(random, [2, 50, 59, 132, 4, 41, 47]) };
}

const plainUdp = (random: Random): Layer => udp(random, filled(random, random(20)), 1 + random(65535));

function udp(random: Random, rest: Buffer, port: number): Layer {
  const header = filled(random, 8);
  header.writeUInt16BE(port, 2);
  return { bytes: Buffer.concat([header, rest]), type: 17 };
}

function vxlan(random: Random, depth: number): Layer {
  const head = Buffer.concat([Buffer.from([pick(random, [8, 8, 0x88, 0]), 0, 0, 0]), filled(random, 4)]);
  head[7] = pick(random, [0, 0, 0, 1]);
  return udp(random, Buffer.concat([head, inEthernet(random, depth).bytes]), pick(random, [4789, 8472]));
}

function geneve(random: Random, depth: number): Layer {
  const words = pick(random, [0, 0, 1, 2, 5]);
  const { bytes, type } = pick(random, [inEthernet, ip])(random, depth);
  const head = Buffer.concat([Buffer.from([words]), filled(random, 7), filled(random, 4 * words)]);
  head.writeUInt16BE(type, 2);
  head[7] = pick(random, [0, 0, 0, 1]);
  return udp(random, Buffer.concat([head, bytes]), 6081);
}

function gre(random: Random, depth: number): Layer {
  const flags = pick(random, [0, 0x20, 0x10, 0x80, 0x30, 0xb0, 0xf0]);
  const { bytes, type } = pick(random, [inEthernet, ip])(random, depth);
  const words = [0x80, 0x20, 0x10].filter((flag) => flags & flag).length;
  const head = Buffer.from([flags, pick(random, [0, 0, 0, 1]), type >> 8, type & 255]);
  return { bytes: Buffer.concat([head, filled(random, 4 * words), bytes]), type: 47 };
}

function within(random: Random, depth: number): Layer {
  const { bytes, type } = ip(random, depth);
  return { bytes, type: type === ETH_P_IP ? 4 : 41 };
}

function inEthernet(random: Random, depth: number): Layer {
  const { bytes, type } = ip(random, depth);
  const tags = Array.from({ length: pick(random, [0, 0, 1, 2]) }, () => filled(random, 2));
  return { bytes: Buffer.concat([ethernet(random, tags, type), bytes]), type: TEB };
}
