/**
 * Reads numbers that people typed or pasted. The client never guesses: if a number is ambiguous, it
 * asks. Typed text follows the chosen format. Pasted text may come from anywhere, so it must read the
 * same in every format.
 */
import { FORMATS, type NumberFormat } from './formats';

export type Reading =
  | { kind: 'blank' }
  | { kind: 'number'; value: number }
  /** At least two formats read different numbers; `values` are in ascending order. */
  | { kind: 'ambiguous'; values: number[] }
  | { kind: 'unreadable' };

/** The sign that a number of this unit may carry. */
export type Adornment = 'chf' | 'percent' | 'none';

/** The contract limits values to ±10^15. */
const GREATEST = 1e15;

/** Thousands separators that are a decimal sign in no format: apostrophes and spaces. */
const HARMLESS = "'’ʼ \\u00a0\\u202f\\u2009";

/** Thousands separators that are the decimal sign of another format. */
const GROUP_SIGNS: Record<NumberFormat, string> = { swiss: '', german: '.', french: '', english: ',' };

const GRAMMARS: Record<NumberFormat, RegExp> = {
  swiss: grammar(GROUP_SIGNS.swiss, '\\.'),
  german: grammar(GROUP_SIGNS.german, ','),
  french: grammar(GROUP_SIGNS.french, ','),
  english: grammar(GROUP_SIGNS.english, '\\.'),
};

export function readTyped(text: string, format: NumberFormat, adornment: Adornment = 'none'): Reading {
  const bare = withoutAdornment(text, adornment);
  if (bare === '') return blankOrUnreadable(text);
  const value = readIn(bare, format);
  return value === undefined ? readOtherwise(bare, format) : { kind: 'number', value };
}

export function readPasted(text: string, adornment: Adornment = 'none'): Reading {
  const bare = withoutAdornment(text, adornment);
  return bare === '' ? blankOrUnreadable(text) : readAnyhow(bare);
}

/**
 * Returns a format that reads exactly this number in the text, preferably one that separates thousands
 * too.
 */
export function formatThatReads(
  text: string,
  value: number,
  adornment: Adornment = 'none',
): NumberFormat | undefined {
  const bare = withoutAdornment(text, adornment);
  return FORMATS.findLast((format) => readIn(bare, format) === value);
}

/** Whether a text is a number in this format. */
export function isWrittenIn(text: string, format: NumberFormat, adornment: Adornment = 'none'): boolean {
  return readIn(withoutAdornment(text, adornment), format) !== undefined;
}

/** Reads text that was typed in an unknown format. If two formats read different numbers, it is ambiguous. */
export function readTypedAnyhow(text: string, adornment: Adornment = 'none'): Reading {
  const readings = FORMATS.map((format) => readTyped(text, format, adornment));
  return readings.some(({ kind }) => kind === 'blank')
    ? { kind: 'blank' }
    : oneOf(readings.flatMap(valuesOf));
}

/** Reads the text in all formats. */
function readAnyhow(bare: string): Reading {
  return oneOf(FORMATS.flatMap((format) => readIn(bare, format) ?? []));
}

/**
 * Reads text that the chosen format cannot read. Its thousands separator may be the decimal sign of
 * another format. Then the person may have added a digit to a grouped number, or removed one.
 */
function readOtherwise(bare: string, format: NumberFormat): Reading {
  const anyhow = readAnyhow(bare);
  const group = GROUP_SIGNS[format];
  if (anyhow.kind === 'unreadable' || group === '' || !bare.includes(group)) return anyhow;
  const ungrouped = readIn(bare.replaceAll(group, ''), format);
  return ungrouped === undefined ? anyhow : oneOf([...valuesOf(anyhow), ungrouped]);
}

function valuesOf(reading: Reading): number[] {
  if (reading.kind === 'number') return [reading.value];
  return reading.kind === 'ambiguous' ? reading.values : [];
}

function oneOf(found: readonly number[]): Reading {
  const values = new Set(found);
  const [first, ...others] = values;
  if (first === undefined) return { kind: 'unreadable' };
  if (others.length === 0) return { kind: 'number', value: first };
  return { kind: 'ambiguous', values: [...values].sort((a, b) => a - b) };
}

function readIn(bare: string, format: NumberFormat): number | undefined {
  const found = GRAMMARS[format].exec(bare);
  if (found === null) return undefined;
  const { sign = '', whole = '', part = '' } = found.groups ?? {};
  if (whole === '' && part === '') return undefined;
  const magnitude = Number(`${whole.replace(/\D/g, '') || '0'}.${part || '0'}`);
  if (magnitude > GREATEST) return undefined;
  return sign === '' || sign === '+' || magnitude === 0 ? magnitude : -magnitude;
}

/**
 * Digits, or groups of three with one kind of separator, and decimals. A grouped number never begins
 * with a zero.
 */
function grammar(group: string, decimal: string): RegExp {
  const groups = `[1-9]\\d{0,2}(?<separator>[${HARMLESS}${group}])\\d{3}(?:\\k<separator>\\d{3})*`;
  return new RegExp(`^(?<sign>[-−–+])?\\s*(?<whole>${groups}|\\d*)(?:${decimal}(?<part>\\d+))?$`, 'u');
}

function withoutAdornment(text: string, adornment: Adornment): string {
  const bare = text.trim();
  if (adornment === 'percent') return bare.replace(/\s*%$/, '');
  if (adornment === 'chf') {
    return bare
      .replace(/^(CHF|Fr\.?)\s*/i, '')
      .replace(/\s*CHF$/i, '')
      .replace(/\.[-–—]$/, '');
  }
  return bare;
}

/** A unit sign without a number is not blank. */
function blankOrUnreadable(text: string): Reading {
  return text.trim() === '' ? { kind: 'blank' } : { kind: 'unreadable' };
}
