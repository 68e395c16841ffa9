import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import type { Namespace } from './namespace.ts';
import { runIn } from './namespace-facts.ts';
import type { Nettop } from './nettop.ts';
import type { AlertLine } from './rows.ts';

export const script = fileURLToPath(new URL('troubles.py', import.meta.url));

/** A trouble of troubles.py within the namespace, to its end; returns what it tells. */
export function trouble<T = number>(namespace: Namespace, name: string, ...args: (string | number)[]): T {
  return JSON.parse(runIn(namespace, 'python3', script, name, ...args.map(String))) as T;
}

/** Alerts of a kind in a namespace that were told to begin or to end so far. */
export function told(nettop: Nettop, kind: string, netns: number): AlertLine[] {
  return nettop.alerts.filter(
    (line) => line.kind === kind && line.netns === netns && line.state !== 'ongoing',
  );
}

/** Waits until the nth alert of that kind begins. */
export function begun(nettop: Nettop, kind: string, netns: number, nth = 0, ms?: number): Promise<AlertLine> {
  const find = () => told(nettop, kind, netns).filter(({ state }) => state === 'begin')[nth];
  return nettop.until(`alert ${nth} of ${kind}`, find, ms);
}

/** Waits for the end of one that has begun, and holds that each was told once. */
export async function ended(nettop: Nettop, begin: AlertLine, ms = 30_000): Promise<AlertLine> {
  const same = () =>
    told(nettop, begin.kind, begin.netns ?? 0).filter(
      ({ begun, pid, remote }) => begun === begin.begun && pid === begin.pid && remote === begin.remote,
    );
  const end = await nettop.until(`the end of ${begin.kind}`, () => same()[1], ms);
  assert.deepEqual(
    same().map(({ state }) => state),
    ['begin', 'end'],
  );
  return end;
}
