/** Typical typing errors, for tests. */
import { Unit } from '#gen/kreis/kpi/v1/kpi_pb';

export interface PlantedSlip {
  kind: string;
  slip: number;
}

export function typedSlips(value: number, unit: Unit): PlantedSlip[] {
  const text = String(value);
  const digits = [...text].flatMap((character, place) => (/\d/.test(character) ? [place] : []));
  const read = (characters: string[]) => Number(characters.join(''));
  const swapped = (one: number, other: number) =>
    read([...text].with(one, text[other] ?? '').with(other, text[one] ?? ''));
  const kinds: Record<string, number[]> = {
    'ten times': [value * 10],
    'a tenth': [value / 10],
    'a hundred times': [value * 100],
    'a hundredth': [value / 100],
    'swapped digits': digits.slice(1).map((place, index) => swapped(digits[index] ?? 0, place)),
    'a digit left out': digits.map((place) => read([...text].toSpliced(place, 1))),
    'a digit twice': digits.map((place) => read([...text].toSpliced(place, 0, text[place] ?? ''))),
    'the other sign': [-value],
    'a fraction for percent': unit === Unit.PERCENTAGE ? [value / 100] : [],
  };
  return Object.entries(kinds).flatMap(([kind, slips]) =>
    slips.filter((slip) => !Number.isNaN(slip)).map((slip) => ({ kind, slip })),
  );
}

/**
 * Whether a slip counts: it moves the value by more than the KPI's usual spread. The usual spread is
 * the largest step between two of its last twelve values. A smaller slip may as well be another
 * ordinary value.
 */
export function movesBeyondSpread(slip: number, value: number, known: readonly number[]): boolean {
  const last = known.slice(-12);
  const steps = last.slice(1).map((each, index) => Math.abs(each - (last[index] ?? each)));
  return Math.abs(slip - value) > Math.max(...steps);
}
