import type { Expression } from '../filter/ast.ts';

/** A pane that is loaded when it is first asked for: it is told the filter that is in force then, and those that follow. */
export class LatePane<Pane extends { setFilter(expression: Expression | null): void }> {
  /** null: not loaded, or the kernel refuses it. */
  pane: Pane | null = null;
  private expression: Expression | null = null;

  setFilter(expression: Expression | null): void {
    this.expression = expression;
    this.pane?.setFilter(expression);
  }

  load(make: () => Pane | null): void {
    if (this.pane) return;
    this.pane = make();
    this.pane?.setFilter(this.expression);
  }
}
