/** A rate as JSON has it, in whole units; null: not counted for long enough. */
export const roundRate = (perSecond: number | null): number | null =>
  perSecond === null ? null : Math.round(perSecond);
