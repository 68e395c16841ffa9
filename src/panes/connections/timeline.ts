import type { ConnectionRow, ConnectionWatch, Ending, SynDrop } from '../../model/model.ts';
import { formatMicroseconds, formatTimestamp } from '../../text/format.ts';
import type { Field } from '../fields.ts';

interface Moment {
  timeUs: number;
  text: string;
}

/** The states that it went through from its first moment on, with the time in each. */
function states({ life, ending }: ConnectionRow, nowUs: number): Moment[] {
  const moments: Moment[] = [];
  let endUs = ending === null ? nowUs : nowUs - ending.secondsAgo * 1e6;
  for (const { state, us } of [...(life?.states ?? [])].reverse()) {
    endUs -= us;
    if (state === 'CLOSE') continue; // its end says more
    moments.unshift({ timeUs: endUs, text: `${state} for ${formatMicroseconds(us)}` });
  }
  return moments;
}

/** How it came to be, where its states are not known from the first one on; an attempt without a SYN did not. */
function beginning({ life, ageSeconds, ending }: ConnectionRow, nowUs: number): Moment[] {
  if (life !== null || !ageSeconds) return [];
  return [{ timeUs: nowUs - (ageSeconds + (ending?.secondsAgo ?? 0)) * 1e6, text: 'opened' }];
}

function seen({ life }: ConnectionRow, { events }: ConnectionWatch): Moment[] {
  return events.flatMap((event) => {
    const { timeUs } = event;
    if (event.kind === 'state') return life === null ? [{ timeUs, text: event.state }] : [];
    const { segments } = event;
    return [{ timeUs, text: `${segments} ${segments === 1 ? 'segment' : 'segments'} retransmitted` }];
  });
}

/** "reset by far end: TCP_RESET", "unreachable: ICMP host prohibited from 192.0.2.2", "failed before its SYN" */
export function formatEnding({ cause, resetBy, reason, icmp, drop }: Ending): string {
  const sender = icmp === null ? '' : ` from ${icmp.sender}`;
  const why = [...(reason === null ? [] : [reason + sender]), ...(drop === null ? [] : [formatDrop(drop)])];
  if (cause === 'failed' && why.length === 0) return 'failed before its SYN';
  return `${cause}${resetBy === null ? '' : ` by ${resetBy}`}${why.length === 0 ? '' : `: ${why.join(', ')}`}`;
}

/** "dropped 2 times by NETFILTER_DROP in nf_hook_slow" */
function formatDrop({ reason, place, segments }: SynDrop): string {
  const times = segments === 1 ? '' : ` ${segments} times`;
  const by = reason === null ? '' : ` by ${reason}`;
  return `dropped${times}${by}${place === null ? '' : ` in ${place.replace(/\+0x[0-9a-f]+/, '')}`}`;
}

function end({ ending }: ConnectionRow, nowUs: number): Moment[] {
  return ending === null ? [] : [{ timeUs: nowUs - ending.secondsAgo * 1e6, text: formatEnding(ending) }];
}

/** What happened to a connection, in order, with the time of day. */
export function timelineFields(row: ConnectionRow, watch: ConnectionWatch): Field[] {
  const nowUs = watch.timeUs;
  const moments = [...beginning(row, nowUs), ...states(row, nowUs), ...seen(row, watch)];
  const inOrder = moments.sort((one, other) => one.timeUs - other.timeUs);
  const fields = [...inOrder, ...end(row, nowUs)].map(
    ({ timeUs, text }): Field => [formatTimestamp(timeUs), text],
  );
  const older = row.life === null && row.ageSeconds === null;
  return older ? [['before', 'older than nettop'], ...fields] : fields;
}
