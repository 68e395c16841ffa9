import type { PaneName, Row } from '../model/model.ts';
import type { UiState } from './state.ts';

/** A row by its key: that of the open inspector may have left the window. */
export function rowOf({ answer }: UiState, pane: PaneName, key: string | null): Row | undefined {
  const open = answer?.inspection;
  if (open?.pane === pane && open.row.key === key) return open.row;
  return answer?.[pane]?.rows.find((row) => row.key === key);
}
