/** The geometry of a chart: ticks, lines and areas. */
import { runsOf, type Series } from '#shared/numbers/runs';

/** The coordinate of a slot or of a number. */
type Coordinate = (of: number) => number;

export interface Ticks {
  /** About five round numbers, in ascending order. */
  numbers: number[];
  /** The significant digits that distinguish all ticks. */
  digits: number;
}

/** Round numbers that span all of `numbers`. */
export function roundTicks(numbers: readonly number[]): Ticks {
  const least = Math.min(...numbers);
  const greatest = Math.max(...numbers);
  const rough = (greatest - least || Math.abs(greatest) || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.floor(least / step);
  const count = Math.max(Math.ceil(greatest / step) - first, 1);
  const ticks = Array.from({ length: count + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
  const farthest = Math.max(...ticks.map(Math.abs));
  return { numbers: ticks, digits: Math.floor(Math.log10(farthest)) - Math.floor(Math.log10(step)) + 1 };
}

/** A line that is interrupted where a number is missing. */
export function line(numbers: Series, x: Coordinate, y: Coordinate): string {
  return runsOf(numbers)
    .map((run) => `M${run.map(({ index, number }) => `${x(index)} ${y(number)}`).join('L')}`)
    .join('');
}

/** The area between such a line and the ground. */
export function area(numbers: Series, x: Coordinate, y: Coordinate, ground: number): string {
  return runsOf(numbers)
    .map((run) => {
      const top = run.map(({ index, number }) => `L${x(index)} ${y(number)}`).join('');
      return `M${x(run[0]?.index ?? 0)} ${ground}${top}L${x(run.at(-1)?.index ?? 0)} ${ground}Z`;
    })
    .join('');
}

/** Horizontal lines over the whole width of each slot; slots with the same number share one line. */
export function steps(numbers: Series, x: Coordinate, y: Coordinate, half: number): string {
  return numbers
    .map((number, index) => {
      if (number === undefined || number === numbers[index - 1]) return '';
      const other = numbers.findIndex((next, at) => at > index && next !== number);
      const last = (other === -1 ? numbers.length : other) - 1;
      return `M${x(index) - half} ${y(number)}H${x(last) + half}`;
    })
    .join('');
}
