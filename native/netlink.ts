import { structOf } from './codec.ts';
import { i32, u16, u32 } from './fields.ts';
import { errorText, lastErrno, libc } from './libc.ts';

/** In include/uapi/linux/netlink.h. */
const AF_NETLINK = 16;
const SOCK_RAW_CLOEXEC = 3 | 0x80000;
const NETLINK_ROUTE = 0;
export const NLMSG_ERROR = 2;
export const MESSAGE = structOf('nlmsghdr', { length: u32, type: u16, flags: u16, sequence: u32, port: u32 });
export const ATTRIBUTE = structOf('rtattr', { length: u16, type: u16 });
/** struct nlmsgerr, of which no more is read. */
export const ERROR = structOf('nlmsgerr', { error: i32 });
/** Messages and attributes begin at multiples of so many bytes: NLMSG_ALIGNTO, RTA_ALIGNTO. */
export const ALIGNMENT = 4;

/** A request with so many bytes of a body behind its header, all 0. */
export function netlinkRequest(type: number, flags: number, bodyBytes: number): Buffer {
  const length = MESSAGE.size + bodyBytes;
  return Buffer.concat([MESSAGE.bytes({ length, type, flags })], length);
}

/**
 * Sends a request to the routing part of the kernel, of the network namespace of the calling thread, and gives what
 * `read` makes of the answers: `receive` fills the buffer with the next one. Throws an Error with the kernel's reason.
 */
export function askNetlink<T>(request: Buffer, bufferBytes: number, read: (receive: () => Buffer) => T): T {
  const fd = libc().socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_ROUTE);
  if (fd < 0) throw new Error(`netlink socket: ${errorText(lastErrno())}`);
  try {
    if (libc().send(fd, request, request.length, 0) < 0) throw new Error(`send: ${errorText(lastErrno())}`);
    const buffer = Buffer.alloc(bufferBytes);
    return read(() => {
      const length = libc().recv(fd, buffer, buffer.length, 0);
      if (length <= 0) throw new Error(`recv: ${errorText(lastErrno())}`);
      return buffer.subarray(0, length);
    });
  } finally {
    libc().close(fd);
  }
}
