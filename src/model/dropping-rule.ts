/** The hooks of netfilter, in the order in which a packet comes by. */
export const NFT_HOOKS = [
  'ingress',
  'prerouting',
  'input',
  'forward',
  'output',
  'postrouting',
  'egress',
] as const;
export type NftHook = (typeof NFT_HOOKS)[number];

/** A packet that netfilter dropped, as far as rules ask for it. */
export interface RulePacket {
  /** Inode. */
  netns: number;
  /** Of IP, by number. */
  protocol: number;
  source: string;
  destination: string;
  /** null: its protocol has none. */
  sourcePort: number | null;
  destinationPort: number | null;
  /** Where it was; null: it had no interface yet, on its way out. */
  interface: string | null;
  /** Of the IP packet; null: not known. */
  length: number | null;
}

/** Which rule of nftables dropped it. */
export interface DroppingRule {
  /** Rules, and policies of chains, that may have dropped it; 1: it is the one below. */
  candidates: number;
  /** What all of them have in common, else null. */
  family: string | null;
  table: string | null;
  chain: string | null;
  /** null: of several, or the policy of the chain. */
  handle: number | null;
  /** As nft lists it, without counts; null: of several. */
  text: string | null;
  /** From its headers and the ruleset, as it is a moment after; false: the kernel was seen to drop it by that rule. */
  inferred: boolean;
}

/** One that the kernel told by its handle, without what nft says of it. */
export function unnamedRule(handle: number): DroppingRule {
  return { candidates: 1, family: null, table: null, chain: null, handle, text: null, inferred: false };
}
