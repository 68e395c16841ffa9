import type { Hook, PointStatus } from './model.ts';

const PLURAL: Record<Hook, string> = {
  fentry: 'fentry',
  'kprobe-multi': 'kprobe-multi',
  kprobe: 'kprobes',
  tracepoint: 'tracepoints',
};

/** "tracepoints", "fentry + tracepoints", …: how the trace is attached, in one phrase. */
export function attachPhrase(points: PointStatus[]): string {
  const hooks = (Object.keys(PLURAL) as Hook[]).filter((hook) => points.some((point) => point.hook === hook));
  return hooks.map((hook) => PLURAL[hook]).join(' + ') || 'nothing';
}
