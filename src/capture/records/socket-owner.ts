/** Whose a socket is, as the kernel's side learned it. */
export interface SocketOwner {
  pid: number;
  /** Since boot. */
  startNs: number;
  uid: number;
  /** null: the socket was not bound when it was learned. */
  netns: number | null;
}
