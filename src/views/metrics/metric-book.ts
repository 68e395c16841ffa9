import { FAMILIES, type FamilyName } from '../../model/metrics/families.ts';
import type { MetricsShown } from '../../model/metrics/question.ts';
import { Roster } from './roster.ts';
import { Sums } from './sums.ts';

/** Labels of which there may be any number: each has a roster. */
const OPEN_LABELS = ['process', 'container', 'unit', 'device', 'port', 'reason'] as const;
type OpenLabel = (typeof OPEN_LABELS)[number];

const NAMES = Object.keys(FAMILIES) as FamilyName[];

/** All series, and which names have some of their own: the same in each family. */
export class MetricBook {
  private readonly families: Readonly<Record<FamilyName, Sums>>;
  private readonly rosters: Readonly<Record<OpenLabel, Roster>>;

  /** `top`: so many names of each kind have series of their own. */
  constructor(top: number) {
    const sums = NAMES.map((name) => [name, new Sums(FAMILIES[name])] as const);
    this.families = Object.fromEntries(sums) as Record<FamilyName, Sums>;
    const rosters = OPEN_LABELS.map(
      (label) => [label, new Roster(top, (name) => this.fold(label, name))] as const,
    );
    this.rosters = Object.fromEntries(rosters) as Record<OpenLabel, Roster>;
  }

  of(family: FamilyName): Sums {
    return this.families[family];
  }

  roster(label: OpenLabel): Roster {
    return this.rosters[label];
  }

  tick(nowNs: number): void {
    for (const roster of Object.values(this.rosters)) roster.tick(nowNs);
  }

  shown(): MetricsShown {
    return Object.fromEntries(NAMES.map((name) => [name, this.families[name].series()]));
  }

  private fold(label: OpenLabel, name: string): void {
    for (const family of NAMES) {
      const place = (FAMILIES[family].labels as readonly string[]).indexOf(label);
      if (place >= 0) this.families[family].fold(place, name);
    }
  }
}
