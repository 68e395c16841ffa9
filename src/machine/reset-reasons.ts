import type { KernelTypes } from '../../native/kernel.ts';

/** Names of enum sk_rst_reason by number, as the running kernel has them; none before Linux 6.10. */
export function readResetReasons(types: KernelTypes): Map<number, string> {
  return new Map(
    (types.btf()?.enumerations(/^sk_rst_reason$/) ?? []).flatMap(({ values }) =>
      values.map(([name, value]) => [value, name.replace(/^SK_RST_REASON_/, '')] as const),
    ),
  );
}
