import type { Btf } from '../../../native/btf.ts';
import { viewOf } from '../../../native/fields.ts';
import { codecOf } from '../../abi/layout.ts';
import { SERVICE, SERVICE_KEY } from '../../abi/service.ts';

/** Who serves where. */
export interface ServiceKey {
  /** 0: not learned. */
  pid: number;
  port: number;
}

/** How long its answers took, ns: the number of answers, their sum, and how many fall into each slot. */
export interface ServiceCount {
  answers: number;
  totalNs: number;
  /** Of the socket that answered last. */
  cookie: number;
  slots: readonly number[];
}

/** Decodes struct service_key. */
export function serviceKeyReader(btf: Btf): (bytes: Buffer) => ServiceKey {
  const { get } = codecOf(btf, SERVICE_KEY);
  return (bytes) => ({ pid: get.pid(viewOf(bytes), 0), port: get.port(viewOf(bytes), 0) });
}

/** Decodes struct service. */
export function serviceReader(btf: Btf): (bytes: Buffer) => ServiceCount {
  const { get } = codecOf(btf, SERVICE);
  return (bytes) => {
    const view = viewOf(bytes);
    return {
      answers: get.answers(view, 0),
      totalNs: get.total_ns(view, 0),
      cookie: get.cookie(view, 0),
      slots: get.slots(view, 0),
    };
  };
}
