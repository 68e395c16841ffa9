import type { Ledger } from '../../capture/ledger/ledger.ts';
import type { Totals } from '../../capture/ledger/process.ts';
import type { Expression } from '../../filter/ast.ts';
import type { Machine } from '../../machine/machine.ts';
import type { PaneSource } from '../../model/source.ts';
import type { People } from './people.ts';
import type { ProcessViews } from './process-views.ts';

/** The processes pane, over the ledger. */
export function processesSource(
  views: ProcessViews,
  people: People,
  { people: table }: Pick<Ledger, 'people'>,
  machine: Machine,
): PaneSource<'processes'> {
  let expression: Expression | null = null;
  let before: ReadonlyMap<string, Totals> = new Map();
  return {
    setFilter(wanted) {
      expression = wanted;
      views.invalidate();
    },
    reset() {
      before = table.resetTotals();
    },
    restore() {
      table.restoreTotals(before);
      before = new Map();
    },
    tick() {
      people.tick();
      views.invalidate();
    },
    view: (asked) => views.view(expression, asked),
    inspect(key) {
      const found = views.inspect(expression, key, machine.nowNs());
      return found && { pane: 'processes', ...found };
    },
    warnings: () => people.warnings(),
  };
}
