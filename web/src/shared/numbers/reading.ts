/**
 * Reads numbers that people typed or pasted. A number is read or asked about,
 * never guessed: what is typed follows the chosen format, and what is pasted may
 * come from anywhere, so it must read the same in every format.
 */
import { FORMATS, type NumberFormat } from './formats';

export type Reading =
  | { kind: 'blank' }
  | { kind: 'number'; value: number }
  /** Two formats read two numbers, in ascending order. */
  | { kind: 'ambiguous'; values: number[] }
  | { kind: 'unreadable' };

/** What may stand beside a number of this unit. */
export type Adornment = 'chf' | 'percent' | 'none';

/** Values lie within 10^15 either way: the contract's limit. */
const GREATEST = 1e15;

/** Separators of thousands that are nobody's decimal sign: apostrophes and spaces. */
const HARMLESS = "'’ʼ \\u00a0\\u202f\\u2009";

/** What stands between thousands and is the decimal sign of other formats. */
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

/** A format that sees just this number in the text; rather one that separates thousands too. */
export function formatThatReads(
  text: string,
  value: number,
  adornment: Adornment = 'none',
): NumberFormat | undefined {
  const bare = withoutAdornment(text, adornment);
  return FORMATS.findLast((format) => readIn(bare, format) === value);
}

/** Whether a text is a number as this format writes it. */
export function isWrittenIn(text: string, format: NumberFormat, adornment: Adornment = 'none'): boolean {
  return readIn(withoutAdornment(text, adornment), format) !== undefined;
}

/** Reads what was typed by keys, in a format that is not known: where two read two numbers, it is in question. */
export function readTypedAnyhow(text: string, adornment: Adornment = 'none'): Reading {
  const readings = FORMATS.map((format) => readTyped(text, format, adornment));
  return readings.some(({ kind }) => kind === 'blank')
    ? { kind: 'blank' }
    : oneOf(readings.flatMap(valuesOf));
}

/** All the numbers that the formats see in it. */
function readAnyhow(bare: string): Reading {
  return oneOf(FORMATS.flatMap((format) => readIn(bare, format) ?? []));
}

/**
 * What the chosen format cannot read. Where its separator of thousands is the decimal sign of
 * another one, a digit may have been added to a number in groups, or taken off.
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
 * Digits, or groups of three behind one kind of separator, and decimals. A
 * number that is written in groups never begins with a zero.
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

/** An adornment alone is not nothing. */
function blankOrUnreadable(text: string): Reading {
  return text.trim() === '' ? { kind: 'blank' } : { kind: 'unreadable' };
}
