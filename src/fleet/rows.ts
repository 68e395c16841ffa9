import type { FleetRow } from '../panes/fleet/row.ts';
import { isOverAll, labelsOf } from '../panes/fleet/spec.ts';
import { type Hosts, shown } from './hosts.ts';
import type { Matcher } from './matchers.ts';
import { amongPattern } from './patterns.ts';
import type { Prometheus, Sample } from './prometheus.ts';
import {
  countQuery,
  figureQuery,
  firstRowsQuery,
  hostsQuery,
  keyLabels,
  type RowsQuestion,
} from './promql.ts';

/** Rows whose figures are asked for together. */
const TOGETHER = 50;

/** A row, and what the server knows it by. */
export interface Found {
  row: FleetRow;
  /** Values of the labels that tell rows apart, as the server has them. */
  values: readonly string[];
  /** All its figures were asked for. */
  isWhole: boolean;
}

export interface Rows {
  asked: RowsQuestion;
  found: Found[];
  /** Rows that there are; null: not known. */
  all: number | null;
}

/** What rows are made of. */
export interface Context {
  prometheus: Prometheus;
  hosts: Hosts;
}

/** The first rows, without their figures. `counted`: how many there are, if that is known. Rejects with a ServerError. */
export async function firstRows(
  asked: RowsQuestion,
  context: Context,
  counted: number | null = null,
): Promise<Rows> {
  if (asked.alternatives.length === 0) return { asked, found: [], all: 0 };
  const { prometheus } = context;
  const [samples, all] = await Promise.all([
    prometheus.query(firstRowsQuery(asked)),
    counted ?? prometheus.value(countQuery(asked)),
  ]);
  const sign = asked.descending ? -1 : 1;
  const keyed = samples
    .map(({ labels, value }) => ({ values: valuesOf(labels, asked), value }))
    .sort((a, b) => byValue(a.value, b.value, sign) || byText(a.values, b.values));
  const found = keyed.map(({ values }) => foundOf(values, asked, context));
  return { asked, found, all: all ?? 0 };
}

/** Asks for the figures of some rows, of those that have none yet. Rejects with a ServerError. */
export async function fill(some: readonly Found[], asked: RowsQuestion, context: Context): Promise<void> {
  const missing = some.filter(({ isWhole }) => !isWhole);
  for (let at = 0; at < missing.length; at += TOGETHER)
    await fillTogether(missing.slice(at, at + TOGETHER), asked, context);
}

/** A row with what is known of it without figures. */
export function foundOf(values: readonly string[], asked: RowsQuestion, { hosts }: Context): Found {
  const isOver = isOverAll(asked.spec, asked.group);
  const host = isOver ? null : (values[0] ?? '');
  const own = isOver ? values : values.slice(1);
  const labels = labelsOf(asked.spec, asked.group).map(({ name }, at) => [name, shown(own[at] ?? '')]);
  const row: FleetRow = {
    key: JSON.stringify(values),
    host: host === null ? null : shown(host),
    hosts: host === null ? null : 1,
    labels: Object.fromEntries(labels),
    figures: {},
    ageSeconds: host === null ? null : hosts.ageOf(host),
    isStale: host !== null && hosts.isStale(host),
  };
  return { row, values, isWhole: false };
}

/** What chooses these rows and few others. */
export function matchersOf(some: readonly Found[], asked: RowsQuestion): Matcher[] {
  return keyLabels(asked).map((label, at) => ({
    label,
    isWanted: true,
    pattern: amongPattern([...new Set(some.map(({ values }) => values[at] ?? ''))]),
  }));
}

async function fillTogether(
  some: readonly Found[],
  asked: RowsQuestion,
  { prometheus }: Context,
): Promise<void> {
  const within = matchersOf(some, asked);
  const figures = asked.spec.figures.filter(({ kind }) => kind !== 'age'); // known already
  const isOver = isOverAll(asked.spec, asked.group);
  const numbers = await Promise.all(
    figures.map(async (figure) =>
      byKey(await prometheus.queryOrNote(figureQuery(asked, figure, within)), asked),
    ),
  );
  const counts = isOver ? byKey(await prometheus.queryOrNote(hostsQuery(asked, within)), asked) : null;
  for (const one of some) {
    const values = figures.map(({ id }, at) => [id, numbers[at]?.get(one.row.key) ?? null]);
    const hosts = counts ? (counts.get(one.row.key) ?? null) : one.row.hosts;
    one.row = { ...one.row, hosts, figures: Object.fromEntries(values) };
    one.isWhole = true;
  }
}

function byKey(samples: readonly Sample[], asked: RowsQuestion): Map<string, number | null> {
  return new Map(samples.map(({ labels, value }) => [JSON.stringify(valuesOf(labels, asked)), value]));
}

function valuesOf(labels: Sample['labels'], asked: RowsQuestion): string[] {
  return keyLabels(asked).map((label) => (Object.hasOwn(labels, label) ? (labels[label] ?? '') : ''));
}

/** What has no value comes last. */
function byValue(a: number | null, b: number | null, sign: number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return sign * (a - b);
}

function byText(a: readonly string[], b: readonly string[]): number {
  const [one, other] = [JSON.stringify(a), JSON.stringify(b)];
  return one < other ? -1 : one > other ? 1 : 0;
}
