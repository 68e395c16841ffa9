import { viewOf } from '../../../native/fields.ts';
import { setKnobs } from '../../../native/knobs.ts';
import type { Link } from '../../../native/link.ts';
import type { BpfMap } from '../../../native/map.ts';
import { codecOf } from '../../abi/layout.ts';
import { SERVICE_CONTROL, SERVICE_KEY } from '../../abi/service.ts';
import { type Loaded, loadObject } from '../../attach/objects.ts';
import { attachAtRoot } from '../../attach/root-links.ts';
import type { ServiceFeed, ServiceLoss, VisitService } from '../../views/services/service-feed.ts';
import { type ServiceKey, serviceKeyReader, serviceReader } from '../records/service-record.ts';

const PROGRAMS = ['time_question', 'time_answer'];

export interface ServiceCounterOptions {
  /** The map that the accounting side fills, and how that side names sockets. */
  owners: BpfMap;
  haveCookies: boolean;
  /** What was asked before is not timed: monotonic, ns. */
  nowNs: number;
  verbose?: ((line: string) => void) | undefined;
}

/** The programs that time the answers of servers, and their map. They are attached while somebody looks. */
export class ServiceCounter implements ServiceFeed {
  private readonly loaded: Loaded;
  private readonly services: BpfMap;
  private readonly controls: BpfMap;
  private readonly readKey;
  private readonly readCount;
  private readonly key;
  private readonly control;
  private links: Link[] = [];

  /** Throws a CaptureError where the kernel refuses them, or nettop does not see the root of cgroup v2. */
  constructor({ owners, haveCookies, nowNs, verbose }: ServiceCounterOptions) {
    this.loaded = loadObject({
      name: 'services',
      programs: PROGRAMS,
      required: new Set(PROGRAMS),
      prepare(object, btf) {
        object.share(owners);
        setKnobs(object, btf, { has_socket_cookie: haveCookies });
      },
      verbose,
    });
    const { object, btf } = this.loaded;
    this.services = object.map('services');
    this.controls = object.map('service_controls');
    this.readKey = serviceKeyReader(btf);
    this.readCount = serviceReader(btf);
    this.key = codecOf(btf, SERVICE_KEY);
    this.control = codecOf(btf, SERVICE_CONTROL);
    this.start(nowNs);
  }

  start(nowNs: number): void {
    if (this.links.length > 0) return;
    const { answers, unfollowed } = this.loss();
    const value = this.control.bytes({ since_ns: nowNs, no_room: answers, no_storage: unfollowed });
    this.controls.write(0, value);
    this.links = attachAtRoot(this.loaded, PROGRAMS, 'answers cannot be timed');
  }

  pause(): void {
    for (const link of this.links) link.destroy();
    this.links = [];
  }

  sweep(visit: VisitService): void {
    this.services.forEach((key, value) => {
      visit(this.readKey(key), this.readCount(value));
    });
  }

  forget(key: ServiceKey): void {
    this.services.remove(this.key.bytes({ pid: key.pid, port: key.port }));
  }

  loss(): ServiceLoss {
    const { get } = this.control;
    const view = viewOf(this.controls.read(0));
    return { answers: get.no_room(view, 0), unfollowed: get.no_storage(view, 0) };
  }

  stop(): void {
    this.pause();
    this.loaded.object.close();
  }
}
