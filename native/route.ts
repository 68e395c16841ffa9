import { constants } from 'node:os';
import { u32Bytes, viewOf } from './fields.ts';
import { ATTRIBUTE, askNetlink, ERROR, MESSAGE, NLMSG_ERROR, netlinkRequest } from './netlink.ts';
import { AF_INET, AF_INET6, isThrown, RTA_DST, RTM_GETROUTE, RTMSG } from './route-list.ts';

/** In include/uapi/linux/netlink.h and rtnetlink.h. */
const REQUEST = 1;
const RTA_OIF = 4;
const BUFFER = 8192;
const { EAGAIN, ENETUNREACH } = constants.errno;

/**
 * What the network namespace of the calling thread makes of a packet of its own to `address`, of 4 or 16 bytes:
 * 0: it has a route; else the errno of whoever sends there (RTM_GETROUTE, as `ip route get` asks), but EAGAIN, the
 * kernel's own, where a route throws it back. `device`: the
 * number of the interface that the socket is bound to, 0 for none. Marks and users are not asked with. Throws an
 * Error with the kernel's reason when it cannot ask.
 */
export function askRoute(address: Uint8Array, device: number): number {
  const error = askNetlink(routeRequest(address, device), BUFFER, (receive) => {
    const answer = viewOf(receive());
    return MESSAGE.get.type(answer, 0) === NLMSG_ERROR ? -ERROR.get.error(answer, MESSAGE.size) : 0;
  });
  return error === ENETUNREACH && isThrown(address) ? EAGAIN : error;
}

function routeRequest(address: Uint8Array, device: number): Buffer {
  const body = Buffer.concat([
    RTMSG.bytes({
      family: address.length === 4 ? AF_INET : AF_INET6,
      destination_bits: 8 * address.length,
    }),
    attribute(RTA_DST, address),
    ...(device === 0 ? [] : [attribute(RTA_OIF, u32Bytes(device))]),
  ]);
  const request = netlinkRequest(RTM_GETROUTE, REQUEST, body.length);
  request.set(body, MESSAGE.size);
  return request;
}

/** With a value whose length is a multiple of ALIGNMENT. */
function attribute(type: number, value: Uint8Array): Buffer {
  return Buffer.concat([ATTRIBUTE.bytes({ length: ATTRIBUTE.size + value.length, type }), value]);
}
