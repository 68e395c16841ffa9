import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { attachedBy, gone, heldBy } from './bpftool.ts';
import { live } from './nettop.ts';
import { openScreen } from './screen.ts';
import { until } from './until.ts';

test(
  'a terminal that hangs up, as after a lost ssh connection, ends nettop',
  live(
    async (t) => {
      const ui = await openScreen(t);
      const { pid } = ui.process;
      await until('the trace is attached', () => attachedBy(pid).includes('tp_netif_receive_skb'));
      const held = heldBy(pid);
      (ui.process as unknown as { destroy(): void }).destroy(); // closes the other end
      await until('the process is gone', () => !existsSync(`/proc/${pid}`));
      await gone(held);
    },
    ['bpftool'],
  ),
);
