import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import xterm from '@xterm/headless';
import { Box, Text } from 'ink';
import type { ReactElement } from 'react';
import { drawWholeLines } from '../../components/whole-lines.ts';
import Output from '../../node_modules/ink/build/output.js';
import { NO_FILTER } from '../../src/filter/filter.ts';
import { colors } from '../../src/text/theme.ts';
import { Screen } from '../../src/ui/screen.tsx';
import { createUiStore } from '../../src/ui/store.ts';
import { inked } from '../fixtures/frame.tsx';
import { settled } from '../fixtures/pty.ts';
import { watched } from '../fixtures/replay.ts';
import type { Session } from '../fixtures/session.ts';

const [COLUMNS, ROWS] = [100, 30];
const size = { columns: COLUMNS, rows: ROWS };

const screen = ({ state }: Session): ReactElement => (
  <Screen store={createUiStore(state, () => NO_FILTER)} theme={colors} />
);

const others = (
  <Box flexDirection="column" width={COLUMNS} height={ROWS}>
    <Box>
      <Text color="red">left </Text>
      <Text bold>日本語</Text>
      <Box marginLeft={3}>
        <Text inverse>right</Text>
      </Box>
    </Box>
    <Box borderStyle="round" borderColor="green" width={30} height={4}>
      <Text dimColor>in a border 日本</Text>
    </Box>
    <Box borderStyle="single" flexGrow={1} padding={1}>
      <Text>{'one\ntwo\n\nfour'}</Text>
    </Box>
  </Box>
);

const overlapping = (
  <Box width={COLUMNS} height={ROWS}>
    <Text>beneath beneath</Text>
    <Box position="absolute" marginLeft={4}>
      <Text color="blue">above</Text>
    </Box>
  </Box>
);

const clipped = (
  <Box width={20} height={3} overflow="hidden">
    <Box width={40} flexShrink={0}>
      <Text>longer than the box that it stands in</Text>
    </Box>
  </Box>
);

const joined: Record<string, ReactElement> = {
  live: screen(watched(size).press('j', 'j')),
  help: screen(watched(size).press('?')),
  trace: screen(watched({ ...size, pane: 'trace' }).press('k', 'enter')),
  prompt: screen(watched(size).press('/').type('tcp and port abc')),
  small: screen(watched({ columns: 20, rows: 5 })),
  hostile: screen(watched({ ...size, filter: 'port 9999' })),
  others,
};

/** Characters, their widths, colours and weights, row by row. */
async function cells(frame: string): Promise<string[][]> {
  const terminal = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = '11';
  terminal.write(`\x1b[?7l${frame.replaceAll('\n', '\r\n')}`);
  await settled(terminal);
  const buffer = terminal.buffer.active;
  return Array.from({ length: ROWS }, (_, row) =>
    Array.from({ length: COLUMNS }, (__, column) => {
      const cell = buffer.getLine(row)?.getCell(column);
      assert.ok(cell);
      const styles = [cell.getFgColor(), cell.getBgColor(), cell.isBold(), cell.isDim(), cell.isInverse()];
      return `${cell.getChars() || ' '} ${cell.getWidth()} ${styles.join(' ')}`;
    }),
  );
}

test('whole lines give the frames that Ink gives, cell by cell', async () => {
  const { get } = Output.prototype;
  let inksOwn = 0;
  Output.prototype.get = function () {
    inksOwn++;
    return get.call(this);
  };
  const draw = (of: Record<string, ReactElement>) =>
    Object.fromEntries(Object.entries(of).map(([name, element]) => [name, inked(element, COLUMNS, ROWS)]));
  const before = { ...draw(joined), ...draw({ overlapping, clipped }) };
  assert.ok(inksOwn >= Object.keys(before).length);

  drawWholeLines();
  inksOwn = 0;
  const after = draw(joined);
  assert.equal(inksOwn, 0, 'none of these frames is left to Ink');
  for (const [name, frame] of Object.entries(after))
    assert.deepEqual(await cells(frame), await cells(before[name] ?? ''), name);

  const left = draw({ overlapping, clipped });
  assert.ok(inksOwn >= 2, 'what is clipped or lies over another is left to Ink');
  for (const [name, frame] of Object.entries(left)) assert.equal(frame, before[name], name);
});
