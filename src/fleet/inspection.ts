import type { FleetPaneName } from '../model/panes.ts';
import type { FleetInspection, FleetPart } from '../panes/fleet/row.ts';
import { BOTH, type FleetSpec, isOverAll } from '../panes/fleet/spec.ts';
import { FLEET_SPECS } from '../panes/fleet/specs.ts';
import type { Alternatives } from './matchers.ts';
import { literalPattern } from './patterns.ts';
import type { RowsQuestion } from './promql.ts';
import { type Context, type Found, fill, firstRows, matchersOf } from './rows.ts';

/** Rows of a part. */
const ROWS = 20;

/** A machine with what runs on it; or a row of all machines by machine. Rejects with a ServerError. */
export async function inspect(
  pane: FleetPaneName,
  { row, values }: Found,
  asked: RowsQuestion,
  context: Context,
): Promise<{ pane: FleetPaneName } & FleetInspection> {
  if (isOverAll(asked.spec, asked.group)) {
    const within = [matchersOf([{ row, values, isWhole: true }], asked)];
    const part = await partOf(asked.spec, within, asked, context);
    return { pane, row, parts: [part] };
  }
  const host = values[0] ?? '';
  const within = [[{ label: asked.hostLabel, isWanted: true, pattern: literalPattern(host) }]];
  const { 'fleet-hosts': machine, ...others } = FLEET_SPECS;
  const [own, ...parts] = await Promise.all([
    machineOf(machine, within, asked, context),
    ...Object.values(others).map((spec) => partOf(spec, within, asked, context)),
  ]);
  const figures = own?.row.figures ?? {};
  return { pane, row: { ...row, figures: { ...figures } }, parts };
}

function questionOf(spec: FleetSpec, alternatives: Alternatives, asked: RowsQuestion): RowsQuestion {
  const sort = spec.figures[0].id === 'rxRate' ? BOTH : spec.figures[0].id;
  return { ...asked, spec, group: undefined, alternatives, sort, descending: true, limit: ROWS };
}

async function machineOf(
  spec: FleetSpec,
  within: Alternatives,
  asked: RowsQuestion,
  context: Context,
): Promise<Found | undefined> {
  const question = { ...questionOf(spec, within, asked), sort: 'age' }; // which all that report have
  const { found } = await firstRows(question, context);
  await fill(found, question, context);
  return found[0];
}

async function partOf(
  spec: FleetSpec,
  within: Alternatives,
  asked: RowsQuestion,
  context: Context,
): Promise<FleetPart> {
  const question = questionOf(spec, within, asked);
  const { found, all } = await firstRows(question, context);
  await fill(found, { ...question, alternatives: within }, context);
  return { pane: spec.pane, rows: found.map(({ row }) => row), all };
}
