import type { Sighting } from '../alert.ts';
import { within } from '../command-text.ts';
import type { AlertKind } from '../kind.ts';
import type { ListenerTrouble, Look } from '../look.ts';
import { placeIn } from '../place.ts';

type Name = ListenerTrouble['kind'];

/** What would help, or show more. */
const COMMANDS: Readonly<Record<Name, (trouble: ListenerTrouble) => string>> = {
  synFlood: () => 'sysctl -w net.ipv4.tcp_syncookies=1',
  connectFlood: ({ localPort }) => `ss -tn 'sport = :${localPort}'`,
  slowAccept: ({ localPort }) => `ss -ltnp 'sport = :${localPort}'`,
  burst: () => 'sysctl -w net.core.somaxconn=16384',
  answersLost: ({ localPort }) => `ss -tn state syn-recv 'sport = :${localPort}'`,
};

const NAMES = Object.keys(COMMANDS) as Name[];

/** What the listeners pane says of a listener is an alert; that it holds for long enough was seen to there. */
export const listenerTroubles: readonly AlertKind[] = NAMES.map((name) => ({
  name,
  fires: 1,
  clears: 1,
  see: (look) => look.listeners.filter(({ kind }) => kind === name).map((trouble) => sighting(trouble, look)),
}));

function sighting(trouble: ListenerTrouble, look: Look): Sighting {
  const { kind, pid, process, localAddress, localPort, netns, figure, evidence, sentence, advice } = trouble;
  const place = placeIn(look, netns, { pid, process, localAddress, localPort });
  return {
    ...place,
    subject: `${netns} ${localAddress} ${localPort}`,
    figure,
    evidence,
    message: `port ${localPort}: ${sentence}`,
    advice,
    command: within(place, look.ownNetns, COMMANDS[kind](trouble)),
  };
}
