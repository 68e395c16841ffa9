import { many, u16, u32, u64 } from '../../native/fields.ts';
import { shared } from './layout.ts';

/** bpf/abi/service.h, which says what each member means. */

/** enum service_slot */
export const SERVICE_SLOT = { unitBits: 10, stepBits: 3, slots: 193 } as const;

export const SERVICE_KEY = shared('service_key', { pid: u32, port: u16 });

export const SERVICE = shared('service', {
  answers: u64,
  total_ns: u64,
  cookie: u64,
  slots: many(u64, SERVICE_SLOT.slots),
});

export const SERVICE_CONTROL = shared('service_control', { since_ns: u64, no_room: u64, no_storage: u64 });
