/**
 * Likely slips of the hand: a number that is allowed, but not like the KPI's others.
 * A slip is only ever asked about; what was typed stays as it is.
 *
 * What is asked about:
 *
 * - A number beyond the usual range of the `NEAREST` values (slips-range.ts), unless
 *   it is like the value a year before or after, or like the one stray value among
 *   them: peaks come again. A zero only after `ENOUGH` values.
 * - A number unlike every known value that is like the last one with the decimal point
 *   elsewhere, with the other sign, or as a fraction for percent; or like the value a
 *   year away with the decimal point elsewhere.
 * - A number unlike every known value that is nearly the last one of the row above or
 *   below.
 * - The first fraction or the first negative number after `ENOUGH` values without one.
 * - A number that lies further from the last one than any two that followed each other,
 *   `FAR` times as far, and with two neighbouring digits swapped is next to the last one.
 *
 * What is never asked about: anything while no other value is known; a number from the
 * least to the greatest of the nearest values, unless it is the first fraction or has
 * digits swapped; what comes after zeros alone; more decimals than before, where there
 * were some.
 */
import { Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import type { Known } from './slips-history';
import { FEWEST, isBeyond, type UsualRange, usualRange } from './slips-range';

export type Slip =
  /** So many times (10, 100, 1000) what it was, or such a part of it (0.1, 0.01, 0.001). */
  | { kind: 'factor'; factor: number; reference: number }
  /** 0.46 where 46 % was meant. */
  | { kind: 'fraction'; reference: number }
  | { kind: 'sign'; reference: number }
  /** Nearly the last value of the row above or below. */
  | { kind: 'neighbour'; name: string }
  | { kind: 'first-negative' }
  | { kind: 'first-decimals' }
  /** A usual number with two of its digits swapped. */
  | { kind: 'swapped'; usual: number }
  /** Far from so many values; `latest` where they are all of the last ones. */
  | { kind: 'range'; count: number; least: number; greatest: number; latest: boolean };

/** What is known about the row when a number is entered. */
export interface Surroundings {
  unit: Unit;
  /** The KPI's numbers of other periods, in any order. */
  history: readonly Known[];
  /** Last values of the rows above and below. */
  neighbours: readonly { name: string; last: number | undefined }[];
}

/** A year of monthly values, so that every season is among them. */
const NEAREST = 12;
/** So many values without a fraction, or without a sign, are no accident. */
const ENOUGH = 6;
const FACTORS = [10, 100, 1000, 0.1, 0.01, 0.001];
/** How far a value strays in a usual month: up to half as much again, either way. */
const USUAL = 1.5;
/** How far the neighbour's next value may lie from its last one and still be taken for it. */
const NEARLY = 0.02;
/** How much further than the longest step so far one has to go to be doubted. */
const FAR = 1.5;
/** How many usual steps may lie between the last value and the one that was meant. */
const NEXT = 2;
/** Small counts jump tenfold without anybody slipping. */
const SMALL = 20;

export function likelySlip(value: number, around: Surroundings): Slip | undefined {
  return unusual(value, around) ?? swappedOnTheWay(value, around.history);
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

  // A zero is no slip of a digit, and may well be the first of many.
  const far = isBeyond(value, range) && (value !== 0 || nearest.length >= ENOUGH);
  if (!far && !unlike) return first;
  const shift = shiftOf(value, latest, unit, history);
  if (shift !== undefined && (far || shift.kind === 'fraction' || isSizeable(value, latest.value)))
    return shift;
  if (first !== undefined) return first;
  const tenfold = yearAway.some((each) => factorTo(value, each) !== undefined && isSizeable(value, each));
  return far || (tenfold && range.count >= FEWEST) ? strange(value, range, nearest) : undefined;
}

/** The nearest numbers, nearest first: those before, then those after. */
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

/** Whether it is like one of the values that lie apart: the stray one, or those a year away. */
function isLikeAPeak(value: number, range: UsualRange, yearAway: readonly number[]): boolean {
  const peaks = range.stray === undefined ? yearAway : [...yearAway, range.stray];
  return peaks.some((peak) => !isAmong(peak, range) && isLike(value, peak));
}

/** The last value by another sign, in percent, or with the decimal point elsewhere. */
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

/** A usual number that is far from the one before it, while its swapped digits make one that is near. */
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

/** The numbers that two digits swapped make of this one, up to so many places apart. */
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
