/** A chain of nftables, or a table of iptables, whose `chain` is ''. */
export interface Chain {
  table: string;
  chain: string;
}
