import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RecordingTold } from '../../src/ui/recording.ts';
import { frame } from '../fixtures/frame.tsx';
import { Session } from '../fixtures/session.ts';

function told(session: Session, what: RecordingTold): void {
  session.act({ type: 'recording', told: what });
}

test('R begins a recording with the filter in force, and ends it; the header has its size and time', () => {
  const session = new Session({ filter: 'port 443' });
  assert.doesNotMatch(frame(session.state), /● rec/);
  session.press('R');
  assert.deepEqual(session.state.recording, { filter: 'port 443', isEnding: false, bytes: 0, seconds: 0 });
  told(session, { bytes: 4_200_000, seconds: 34.4 });
  assert.match(frame(session.state), /● rec 4\.20 MB 34s/);
  session.press('R');
  assert.equal(session.state.recording?.isEnding, true);
  told(session, { ended: 'recorded: nettop replay nettop-2026.nettop (4.2 MB)' });
  assert.equal(session.state.recording, null);
  assert.match(frame(session.state), /recorded: nettop replay nettop-2026\.nettop/);
});

test('a recording that fails is told in a line, and what is told late changes nothing', () => {
  const session = new Session();
  session.press('R');
  told(session, { ended: 'not recorded: "x" cannot be written: EROFS: read-only file system' });
  assert.match(frame(session.state), /not recorded: "x" cannot be written/);
  told(session, { bytes: 1, seconds: 1 });
  assert.equal(session.state.recording, null);
});
