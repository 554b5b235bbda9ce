/** Splits a series at its gaps, for lines in charts: a blank is a gap, never a zero. */

/** An absent number is a blank. */
export type Series = readonly (number | undefined)[];

export interface Spot {
  index: number;
  number: number;
}

/** Returns the runs of consecutive numbers. */
export function runsOf(numbers: Series): Spot[][] {
  const runs: Spot[][] = [];
  numbers.forEach((number, index) => {
    if (number === undefined) return;
    const spot = { index, number };
    if (numbers[index - 1] === undefined) runs.push([spot]);
    else runs.at(-1)?.push(spot);
  });
  return runs;
}
