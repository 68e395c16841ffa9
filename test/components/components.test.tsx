import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paint } from '../../components/Lines.tsx';
import { colors, monochrome, type Theme } from '../../src/text/theme.ts';
import { paintedFrame } from '../fixtures/frame.tsx';
import { Session } from '../fixtures/session.ts';

/** The screen with a visible sign for each ESC. */
const painted = (session: Session, theme: Theme) =>
  paintedFrame(session.state, theme).replaceAll('\x1b', '␛');
const selectedLine = (frame: string) => frame.split('\n').find((line) => line.includes('▸')) ?? '';

test('a span closes the style that it opens', () => {
  const spans = [{ text: 'rx', tone: 'receive' }, { text: ' ' }, { text: 'x', tone: 'unknown' }];
  assert.equal(paint(spans, { receive: '32' }), '\x1b[32mrx\x1b[0m x');
});

test('the selected row of the pane with the keys is inverse from edge to edge', () => {
  const session = new Session({ columns: 80, rows: 24 }).press('j');
  assert.match(selectedLine(painted(session, colors)), /^␛\[7m▸ {3}1000 www-da… nginx [^␛]*▁␛\[27m$/);
});

test('the selected row of another pane is bold', () => {
  const session = new Session({ columns: 80, rows: 24 }).press('j', 'tab');
  assert.match(selectedLine(painted(session, colors)), /^␛\[1m▸/);
});

test('without colours the frame has weights alone', () => {
  const styles = new Set(painted(new Session().press('j'), monochrome).match(/␛\[[\d;]*m/g));
  assert.deepEqual([...styles].sort(), ['␛[1m', '␛[22m', '␛[27m', '␛[2m', '␛[7m']);
});
