/** Lines through a series of numbers break off where there is none: a blank is a gap, never a zero. */

/** Absent numbers are blanks. */
export type Series = readonly (number | undefined)[];

export interface Spot {
  index: number;
  number: number;
}

/** The numbers that follow on each other without a gap. */
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
