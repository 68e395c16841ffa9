/** The machine that a row is of, where several are watched; null: this one. */
export const machineOf = (row: object): string | null =>
  'machine' in row && typeof row.machine === 'string' ? row.machine : null;
