/** The coordinates of a sparkline's lines. */
import { runsOf, type Series } from '#shared/numbers/runs';

export interface Point {
  x: number;
  y: number;
}

/** The runs of a series within a box; y points down, as on the screen. */
export function linesOf(numbers: Series, width: number, height: number): Point[][] {
  const known = numbers.filter((number) => number !== undefined);
  const lowest = Math.min(...known);
  const span = Math.max(...known) - lowest;
  const step = numbers.length > 1 ? width / (numbers.length - 1) : 0;
  const partOf = (number: number) => (span === 0 ? 0.5 : (number - lowest) / span);
  return runsOf(numbers).map((run) =>
    run.map(({ index, number }) => ({ x: index * step, y: height * (1 - partOf(number)) })),
  );
}
