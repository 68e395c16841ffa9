import type { AlertName, Sighting } from './alert.ts';
import type { Look } from './look.ts';

/** A kind of alert. One that remembers something from look to look is made anew for each engine. */
export interface AlertKind {
  name: AlertName;
  /** Looks in a row that have to show it before it is told. */
  fires: number;
  /** Looks in a row that have to be without it before it is over: what comes again sooner is the same alert. */
  clears: number;
  /** `isOn`: whether a subject is told already, so that a lower figure keeps it on than begins it. */
  see(look: Look, isOn: (subject: string) => boolean): Sighting[];
}
