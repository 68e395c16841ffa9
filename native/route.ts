import { ATTRIBUTE_HEADER, askNetlink, NLMSG_ERROR, NLMSG_HEADER, netlinkRequest } from './netlink.ts';

/** In include/uapi/linux/netlink.h and rtnetlink.h. */
const AF_INET = 2;
const AF_INET6 = 10;
const RTM_GETROUTE = 26;
const REQUEST = 1;
const RTMSG = 12;
const RTA_DST = 1;
const RTA_OIF = 4;
const BUFFER = 8192;

/**
 * What the network namespace of the calling thread makes of a packet of its own to `address`, of 4 or 16 bytes:
 * 0: it has a route; else the errno of whoever sends there (RTM_GETROUTE, as `ip route get` asks). `device`: the
 * number of the interface that the socket is bound to, 0 for none. Marks and users are not asked with. Throws an
 * Error with the kernel's reason when it cannot ask.
 */
export function askRoute(address: Uint8Array, device: number): number {
  return askNetlink(routeRequest(address, device), BUFFER, (receive) => {
    const answer = receive();
    return answer.readUInt16LE(4) === NLMSG_ERROR ? -answer.readInt32LE(NLMSG_HEADER) : 0;
  });
}

function routeRequest(address: Uint8Array, device: number): Buffer {
  const bound = device === 0 ? 0 : ATTRIBUTE_HEADER + 4;
  const bytes = RTMSG + ATTRIBUTE_HEADER + address.length + bound;
  const request = netlinkRequest(RTM_GETROUTE, REQUEST, bytes);
  request.writeUInt8(address.length === 4 ? AF_INET : AF_INET6, NLMSG_HEADER);
  request.writeUInt8(8 * address.length, NLMSG_HEADER + 1);
  let at = NLMSG_HEADER + RTMSG;
  request.writeUInt16LE(ATTRIBUTE_HEADER + address.length, at);
  request.writeUInt16LE(RTA_DST, at + 2);
  request.set(address, at + ATTRIBUTE_HEADER);
  at += ATTRIBUTE_HEADER + address.length;
  if (device === 0) return request;
  request.writeUInt16LE(bound, at);
  request.writeUInt16LE(RTA_OIF, at + 2);
  request.writeUInt32LE(device, at + ATTRIBUTE_HEADER);
  return request;
}
