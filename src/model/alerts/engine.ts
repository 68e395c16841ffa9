import type { Alert, Sighting } from './alert.ts';
import type { AlertKind } from './kind.ts';
import type { Look } from './look.ts';

/** What is on or about to be: more has no room, and is counted. */
const MOST_ON = 256;
/** Ended ones that are kept to be looked at. */
const MOST_ENDED = 200;
/** One that goes on is told again so often. */
const AGAIN_US = 10e6;

interface Course {
  kind: AlertKind;
  alert: Alert;
  /** Looks in a row with and without a sighting. */
  seen: number;
  missed: number;
  isTold: boolean;
  toldUs: number;
}

/** Looks in, alerts out: each is told once when it begins, now and then while it goes on, and once when it ends. */
export class AlertEngine {
  private readonly courses = new Map<string, Course>();
  private readonly ended: Alert[] = [];
  private number = 0;
  /** Sightings that found no room. */
  left = 0;

  constructor(private readonly kinds: readonly AlertKind[]) {}

  /** Takes in a look; returns what is to be told of it, in order. */
  tick(look: Look): Alert[] {
    const seen = new Set<string>();
    for (const kind of this.kinds) {
      const isOn = (subject: string) => this.courses.get(`${kind.name} ${subject}`)?.isTold === true;
      for (const sighting of kind.see(look, isOn)) {
        const id = `${kind.name} ${sighting.subject}`;
        if (this.see(id, kind, sighting, look.atUs)) seen.add(id);
      }
    }
    return [...this.courses].flatMap(([id, course]) => this.follow(id, course, seen.has(id), look));
  }

  /** Those that are on, newest first, then those that ended. */
  *all(): Iterable<Alert> {
    yield* [...this.on()].reverse();
    yield* [...this.ended].reverse();
  }

  *on(): Iterable<Alert> {
    for (const { alert, isTold } of this.courses.values()) if (isTold) yield alert;
  }

  find(key: string): Alert | undefined {
    for (const alert of this.all()) if (alert.key === key) return alert;
    return undefined;
  }

  /** False: there is no room. */
  private see(id: string, kind: AlertKind, sighting: Sighting, atUs: number): boolean {
    const course = this.courses.get(id);
    if (course) {
      const { alert } = course;
      alert.lastUs = atUs;
      if (sighting.figure >= alert.figure) Object.assign(alert, sighting);
      return true;
    }
    if (this.courses.size >= MOST_ON) {
      this.left++;
      return false;
    }
    const key = String(this.number++);
    const alert: Alert = { ...sighting, key, kind: kind.name, state: 'begin', firstUs: atUs, lastUs: atUs };
    this.courses.set(id, { kind, alert, seen: 0, missed: 0, isTold: false, toldUs: 0 });
    return true;
  }

  private follow(id: string, course: Course, isSeen: boolean, { atUs, unread }: Look): Alert[] {
    const { netns } = course.alert;
    if (!isSeen && netns !== null && unread.has(netns)) return [];
    course.seen = isSeen ? course.seen + 1 : 0;
    course.missed = isSeen ? 0 : course.missed + 1;
    const { kind, alert } = course;
    if (!course.isTold) {
      if (!isSeen) this.courses.delete(id);
      return course.seen >= kind.fires ? this.tell(course, 'begin', atUs) : [];
    }
    if (course.missed >= kind.clears) {
      this.courses.delete(id);
      this.ended.push(alert);
      if (this.ended.length > MOST_ENDED) this.ended.shift();
      return this.tell(course, 'end', atUs);
    }
    return isSeen && atUs - course.toldUs >= AGAIN_US ? this.tell(course, 'ongoing', atUs) : [];
  }

  /** A copy: the alert goes on. */
  private tell(course: Course, state: Alert['state'], atUs: number): Alert[] {
    course.isTold = true;
    course.toldUs = atUs;
    course.alert.state = state;
    return [{ ...course.alert }];
  }
}
