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

const GRAMMARS: Record<NumberFormat, RegExp> = {
  swiss: grammar('', '\\.'),
  german: grammar('.', ','),
  french: grammar('', ','),
  english: grammar(',', '\\.'),
};

export function readTyped(text: string, format: NumberFormat, adornment: Adornment = 'none'): Reading {
  const bare = withoutAdornment(text, adornment);
  if (bare === '') return blankOrUnreadable(text);
  const value = readIn(bare, format);
  return value === undefined ? readAnyhow(bare) : { kind: 'number', value };
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

/** All the numbers that the formats see in it. */
function readAnyhow(bare: string): Reading {
  const values = new Set(
    FORMATS.map((format) => readIn(bare, format)).filter((value) => value !== undefined),
  );
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
