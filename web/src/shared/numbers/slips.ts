/**
 * Finds likely slips: a number that is allowed, but unlike the KPI's other numbers. A slip only causes
 * a question; the typed text stays as it is.
 *
 * The client asks about:
 *
 * - A number beyond the usual range of the `NEAREST` values (slips-range.ts). Peaks come back: it does
 *   not ask if the number is like the value a year before or after, or like the single stray value. It
 *   asks about a zero only after `ENOUGH` values.
 * - A number unlike every known value, but like the last one after a shift: another place of the
 *   decimal point, the other sign, or a fraction instead of percent. A shifted decimal point also
 *   counts against the value a year away.
 * - A number unlike every known value that is nearly the last value of the row above or below.
 * - The first fraction or the first negative number after `ENOUGH` values without one.
 * - A number whose step from the last one is more than `FAR` times the longest step so far. A swap of
 *   two neighbouring digits must bring it close to the last one.
 * - A number that may be two numbers with a space between them, while too few values are known to tell.
 *
 * The client never asks about:
 *
 * - any other number while no other value is known;
 * - a number from the least to the greatest of the nearest values, unless it is the first fraction or
 *   has swapped digits;
 * - a number after zeros only;
 * - more decimals than before, if earlier values had some.
 */
import { Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import type { Known } from './slips-history';
import { FEWEST, isBeyond, type UsualRange, usualRange } from './slips-range';
import { mayBeTwoNumbers, type Written } from './written';

export type Slip =
  /** The number is about `factor` times the reference: 10, 100, 1000, 0.1, 0.01 or 0.001. */
  | { kind: 'factor'; factor: number; reference: number }
  /** 0.46 instead of 46 %. */
  | { kind: 'fraction'; reference: number }
  | { kind: 'sign'; reference: number }
  /** Nearly the last value of the row above or below. */
  | { kind: 'neighbour'; name: string }
  | { kind: 'first-negative' }
  | { kind: 'first-decimals' }
  /** A usual number with two of its digits swapped. */
  | { kind: 'swapped'; usual: number }
  /** It may be two numbers with a space between them. */
  | { kind: 'spaced' }
  /** Far from `count` values; `latest` if they are the most recent ones. */
  | { kind: 'range'; count: number; least: number; greatest: number; latest: boolean };

/** The known values around an entered number. */
export interface Surroundings {
  unit: Unit;
  /** The KPI's numbers of other periods, in any order. */
  history: readonly Known[];
  /** Last values of the rows above and below. */
  neighbours: readonly { name: string; last: number | undefined }[];
}

/** A year of monthly values, to include every season. */
const NEAREST = 12;
/** After this many values without a fraction, or without a sign, this is no accident. */
const ENOUGH = 6;
const FACTORS = [10, 100, 1000, 0.1, 0.01, 0.001];
/** How much a usual value differs from another: up to half as much again, in either direction. */
const USUAL = 1.5;
/** The largest relative difference at which a number counts as the neighbour's last value. */
const NEARLY = 0.02;
/** A step must exceed the longest step so far by this factor to be doubted. */
const FAR = 1.5;
/** The intended value may lie this many usual steps from the last value. */
const NEXT = 2;
/** Below this size, counts often change tenfold without a slip. */
const SMALL = 20;

/** `written` is the text of the number, if it was typed or pasted. */
export function likelySlip(value: number, around: Surroundings, written?: Written): Slip | undefined {
  const { history } = around;
  return unusual(value, around) ?? swappedOnTheWay(value, history) ?? spaced(written, history);
}

function spaced(written: Written | undefined, history: readonly Known[]): Slip | undefined {
  if (written === undefined || history.length >= FEWEST) return undefined;
  return mayBeTwoNumbers(written) ? { kind: 'spaced' } : undefined;
}

function unusual(value: number, { unit, history, neighbours }: Surroundings): Slip | undefined {
  const nearest = nearestOf(history);
  const [latest] = nearest;
  if (latest === undefined) return undefined;
  const range = usualRange(numbersOf(nearest), unit);
  const first = firstOfItsKind(value, history);
  if (isAmong(value, range)) return first;

  const yearAway = numbersOf(history.filter(({ monthsBefore }) => Math.abs(monthsBefore) === 12));
  const known = [...numbersOf(nearest), ...yearAway].filter((each) => each !== range.stray);
  const unlike = !known.some((each) => isLike(value, each));
  const neighbour = neighbours.find((row) => row.last !== undefined && isNearly(value, row.last));
  if (unlike && neighbour !== undefined) return { kind: 'neighbour', name: neighbour.name };
  if (isLikeAPeak(value, range, yearAway)) return first;

  // A zero is no slip of a digit, and may be the first of many.
  const far = isBeyond(value, range) && (value !== 0 || nearest.length >= ENOUGH);
  if (!far && !unlike) return first;
  const shift = shiftOf(value, latest, unit, history);
  if (shift !== undefined && (far || shift.kind === 'fraction' || isSizeable(value, latest.value)))
    return shift;
  if (first !== undefined) return first;
  const tenfold = yearAway.some((each) => factorTo(value, each) !== undefined && isSizeable(value, each));
  return far || (tenfold && range.count >= FEWEST) ? strange(value, range, nearest) : undefined;
}

/** Returns the nearest numbers: earlier ones first, then later ones, each nearest first. */
function nearestOf(history: readonly Known[]): Known[] {
  const distance = ({ monthsBefore }: Known) => Math.abs(monthsBefore);
  return history
    .toSorted((a, b) => Number(isAfter(a)) - Number(isAfter(b)) || distance(a) - distance(b))
    .slice(0, NEAREST);
}

function isAfter({ monthsBefore }: Known): boolean {
  return monthsBefore < 0;
}

function isAmong(value: number, { least, greatest }: UsualRange): boolean {
  return value >= least && value <= greatest;
}

/** Whether the value is like a peak: the stray value, or a value a year away outside the range. */
function isLikeAPeak(value: number, range: UsualRange, yearAway: readonly number[]): boolean {
  const peaks = range.stray === undefined ? yearAway : [...yearAway, range.stray];
  return peaks.some((peak) => !isAmong(peak, range) && isLike(value, peak));
}

/** Returns a slip if the last value has another sign, is in percent, or has a shifted decimal point. */
function shiftOf(value: number, latest: Known, unit: Unit, history: readonly Known[]): Slip | undefined {
  if (isAfter(latest)) return undefined;
  const reference = latest.value;
  if (isLike(-value, reference) && history.every((known) => known.value * value <= 0)) {
    return { kind: 'sign', reference };
  }
  if (unit === Unit.PERCENTAGE && Math.abs(value) <= 1 && isLike(value * 100, reference)) {
    return { kind: 'fraction', reference };
  }
  const factor = factorTo(value, reference);
  return factor === undefined ? undefined : { kind: 'factor', factor, reference };
}

function firstOfItsKind(value: number, history: readonly Known[]): Slip | undefined {
  if (history.length < ENOUGH) return undefined;
  if (value < 0 && history.every((known) => known.value >= 0)) return { kind: 'first-negative' };
  const isWhole = Number.isInteger(value) || !history.every((known) => Number.isInteger(known.value));
  return isWhole ? undefined : { kind: 'first-decimals' };
}

function strange(value: number, range: UsualRange, nearest: readonly Known[]): Slip {
  const { count, least, greatest, stray } = range;
  const distance = (candidate: number) => Math.abs(candidate - (nearest[0]?.value ?? 0));
  const [usual] = swappedFrom(value)
    .filter((candidate) => !isBeyond(candidate, range))
    .sort((a, b) => distance(a) - distance(b));
  if (usual !== undefined) return { kind: 'swapped', usual };
  return { kind: 'range', count, least, greatest, latest: stray === undefined && !nearest.some(isAfter) };
}

/** Finds a usual number that is far from the last one, if swapped digits make a number that is near. */
function swappedOnTheWay(value: number, history: readonly Known[]): Slip | undefined {
  const before = numbersOf(nearestOf(history.filter((known) => !isAfter(known))));
  const [latest] = before;
  if (latest === undefined || before.length < ENOUGH) return undefined;
  const steps = before.slice(1).map((each, index) => Math.abs(each - (before[index] ?? each)));
  steps.sort((a, b) => a - b);
  const [usualStep = 0, longestStep = 0] = [steps[Math.floor(steps.length / 2)], steps.at(-1)];
  if (Math.abs(value - latest) <= longestStep * FAR) return undefined;
  const usual = swappedFrom(value, 1).find((each) => Math.abs(each - latest) <= usualStep * NEXT);
  return usual === undefined ? undefined : { kind: 'swapped', usual };
}

/** Returns the numbers with two different digits of this one swapped, at most `apart` places apart. */
function swappedFrom(value: number, apart = Infinity): number[] {
  const text = String(value);
  const places = [...text].flatMap((character, place) => (/\d/.test(character) ? [place] : []));
  return places.flatMap((one, index) =>
    places
      .filter((other, place) => place > index && place <= index + apart && text[other] !== text[one])
      .map((other) =>
        Number(
          [...text]
            .with(one, text[other] ?? '')
            .with(other, text[one] ?? '')
            .join(''),
        ),
      ),
  );
}

function factorTo(value: number, reference: number): number | undefined {
  return FACTORS.find((factor) => isLike(value / factor, reference));
}

function isSizeable(value: number, reference: number): boolean {
  return Math.max(Math.abs(value), Math.abs(reference)) >= SMALL;
}

function isLike(value: number, known: number): boolean {
  if (value === 0 || known === 0) return value === known;
  const ratio = value / known;
  return ratio >= 1 / USUAL && ratio <= USUAL;
}

function isNearly(value: number, known: number): boolean {
  return known !== 0 && Math.abs(value / known - 1) <= NEARLY;
}

function numbersOf(history: readonly Known[]): number[] {
  return history.map(({ value }) => value);
}
