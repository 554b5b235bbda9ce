/** How long texts may be, in characters: the contract's limits. */

/** Of a value's comment, and of a reason why there is nothing to report. */
export const LONGEST_COMMENT = 1000;
/** Of what a KPI is about. */
export const LONGEST_DESCRIPTION = 2000;
