import type { TlsExchange } from '../../panes/requests/row.ts';
import type { TlsHello } from '../../protocols/tls-hello.ts';

/** What two hellos say of a connection. `alert`: why one end broke it off. */
export function agreed(client: TlsHello | null, server: TlsHello | null, alert: string | null): TlsExchange {
  const answer = server?.isRetry ? null : server;
  return {
    serverName: client?.serverName ?? null,
    alpn: answer?.alpn[0] ?? null,
    alpnOffered: client?.alpn ?? [],
    version: answer?.version ?? null,
    versionOffered: client?.version ?? null,
    cipher: answer?.cipher ?? null,
    ech: client?.hasEch ?? false,
    alert,
  };
}
