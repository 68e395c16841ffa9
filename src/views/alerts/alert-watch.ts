import type { Alert } from '../../model/alerts/alert.ts';
import { AlertEngine } from '../../model/alerts/engine.ts';
import { newKinds } from '../../model/alerts/kinds.ts';
import type { AlertRule } from '../../model/alerts/rule.ts';
import type { Looks } from './looks.ts';

/** Alerts as they begin, go on and end. */
export interface AlertWatch {
  /** Between looks. */
  drain(): void;
  /** What is to be told of this look, in order. */
  look(nowNs: number): Alert[];
  /** Those that are on, newest first, then those that ended. */
  all(): Iterable<Alert>;
  on(): Iterable<Alert>;
  find(key: string): Alert | undefined;
  /** Those that found no room. */
  readonly left: number;
  stop(): void;
}

/** Alerts that looks at what is counted give. */
export class LookedAlerts implements AlertWatch {
  private readonly engine: AlertEngine;

  /** `rules`: the user's own. */
  constructor(
    private readonly looks: Looks,
    rules: readonly AlertRule[],
  ) {
    this.engine = new AlertEngine(newKinds(rules));
  }

  get left(): number {
    return this.engine.left;
  }

  drain(): void {
    this.looks.drain();
  }

  look(nowNs: number): Alert[] {
    return this.engine.tick(this.looks.look(nowNs));
  }

  all(): Iterable<Alert> {
    return this.engine.all();
  }

  on(): Iterable<Alert> {
    return this.engine.on();
  }

  find(key: string): Alert | undefined {
    return this.engine.find(key);
  }

  stop(): void {
    this.looks.stop();
  }
}
