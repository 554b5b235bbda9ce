/** The contract's limits on the length of texts, in characters. */

/** For the comment of a value, and for the reason why a period has nothing to report. */
export const LONGEST_COMMENT = 1000;
/** For the description of a KPI. */
export const LONGEST_DESCRIPTION = 2000;
