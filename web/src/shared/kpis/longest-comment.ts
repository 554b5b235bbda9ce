/** Of a value's comment, and of a reason why there is nothing to report, in characters: the contract's limit. */
export const LONGEST_COMMENT = 1000;
