import type { Field } from '../../model/record.ts';
import { isMeasured, type TcpFigures, tcpFigures } from '../../model/tcp-figures.ts';

/** The kernel's own figures of a TCP connection, as in struct tcp_info. */
export const tcpFields: readonly Field<TcpFigures>[] = tcpFigures.map(([name, figure]) => {
  const kind = isMeasured(figure) ? figure.kind : undefined;
  const type = kind === 'flag' ? 'boolean' : kind === 'text' ? 'string' : 'number';
  const absent = isMeasured(figure) && figure.none !== undefined ? 'before there is one' : null;
  return { name: figure.field, type, about: figure.about, absent, value: (tcp) => tcp[name] };
});
