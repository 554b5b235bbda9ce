/** The address of the page to enter values. */

interface Search {
  /** Such as `2026-03`. */
  month: string;
  circle?: string;
}

/** Keeps the circle, but not the KPI that was wanted in the month before. */
export function inMonth(month: string, { circle }: { circle?: string }): Search {
  return { month, ...(circle !== undefined && { circle }) };
}
