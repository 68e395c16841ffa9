import type { Attachment } from '../attach/plan.ts';
import { statuses } from '../attach/plan.ts';

/** One thing that nettop looked at. */
export interface Finding {
  what: string;
  ok: boolean;
  /** Without it nettop cannot run at all. */
  needed: boolean;
  /** What was found. */
  detail: string;
  /** How to get what is missing, one line. */
  hint: string;
}

export interface Diagnosis {
  /** All of it, for people. */
  lines: string[];
  findings: readonly Finding[];
  /** nettop can run here. */
  ready: boolean;
}

/** The doctor's answer. */
export function report(findings: Finding[], attachments: Attachment[], verbose: boolean): Diagnosis {
  const ready = findings.every(({ ok, needed }) => ok || !needed);
  const lines = findings.flatMap((finding) => {
    const mark = finding.ok ? 'ok     ' : finding.needed ? 'MISSING' : 'absent ';
    const line = `${mark}  ${finding.what.padEnd(19)}  ${finding.detail}`;
    return finding.ok ? [line] : [line, `${' '.repeat(30)}${finding.hint}`];
  });
  const points = statuses(attachments).map(({ function: name, hook, tracepoint, shownAs, symbol }) => {
    const at = tracepoint ? ` ${tracepoint}${shownAs === name ? '' : `, shown as ${shownAs}`}` : '';
    const on = symbol ? ` on ${symbol}` : '';
    return `  ${name.padEnd(24)}  ${hook ? `${hook}${at}${on}` : 'not reached: no tracepoint is there'}`;
  });
  if (ready) lines.push('', 'The trace attaches to', ...points);
  if (verbose) lines.push('', `node ${process.version} ${process.arch}`);
  lines.push('', ready ? 'nettop can run here.' : 'nettop cannot run here: see MISSING above.');
  return { lines, findings, ready };
}
