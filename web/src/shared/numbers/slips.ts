/**
 * Likely slips of the hand: a number that is allowed, but looks like another one
 * mistyped. A slip is only ever asked about; what was typed stays as it is.
 */
export type Slip =
  /** So many times (10, 100, 1000) what it was, or such a part of it (0.1, 0.01, 0.001). */
  | { kind: 'factor'; factor: number; reference: number }
  /** 0.46 where 46 % was meant. */
  | { kind: 'fraction'; reference: number }
  | { kind: 'sign'; reference: number }
  /** Nearly the last value of the row above or below. */
  | { kind: 'neighbour'; name: string };

/** What is known about the row when a number is entered. */
export interface Surroundings {
  percentage: boolean;
  /** The newest value before, and that of a year before; absent where there is none. */
  last: number | undefined;
  yearBefore: number | undefined;
  /** Last values of the rows above and below. */
  neighbours: readonly { name: string; last: number | undefined }[];
}

const FACTORS = [10, 100, 1000, 0.1, 0.01, 0.001];
/** How far a value strays in a usual month: up to half as much again, either way. */
const USUAL = 1.5;
/** Small counts jump tenfold without anybody slipping. */
const SMALL = 20;

export function likelySlip(value: number, around: Surroundings): Slip | undefined {
  const references = [around.last, around.yearBefore].filter((known) => known !== undefined && known !== 0);
  const reference = references[0];
  if (reference === undefined || value === 0) return undefined;
  if (references.some((known) => known !== undefined && isLike(value, known))) return undefined;

  if (isLike(-value, reference)) return { kind: 'sign', reference };
  if (around.percentage && Math.abs(value) <= 1 && isLike(value * 100, reference)) {
    return { kind: 'fraction', reference };
  }
  if (Math.max(Math.abs(value), Math.abs(reference)) >= SMALL) {
    const factor = FACTORS.find((candidate) => isLike(value / candidate, reference));
    if (factor !== undefined) return { kind: 'factor', factor, reference };
  }
  const neighbour = around.neighbours.find(({ last }) => last !== undefined && isNearly(value, last));
  return neighbour === undefined ? undefined : { kind: 'neighbour', name: neighbour.name };
}

function isLike(value: number, known: number): boolean {
  const ratio = value / known;
  return ratio >= 1 / USUAL && ratio <= USUAL;
}

function isNearly(value: number, known: number): boolean {
  return known !== 0 && Math.abs(value / known - 1) <= 0.02;
}
