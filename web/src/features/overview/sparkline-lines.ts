/** Where the lines of a sparkline run. A blank is a gap, never a zero. */
export interface Spot {
  x: number;
  y: number;
}

/** Runs of neighbouring values, within a box; y points down, as on the screen. */
export function runsOf(values: readonly (number | undefined)[], width: number, height: number): Spot[][] {
  const known = values.filter((value) => value !== undefined);
  const lowest = Math.min(...known);
  const span = Math.max(...known) - lowest;
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  const runs: Spot[][] = [];
  let run: Spot[] = [];
  values.forEach((value, index) => {
    if (value === undefined) {
      run = [];
      return;
    }
    const part = span === 0 ? 0.5 : (value - lowest) / span;
    if (run.length === 0) runs.push(run);
    run.push({ x: index * step, y: height * (1 - part) });
  });
  return runs;
}
