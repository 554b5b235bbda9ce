/** Numbers that are typed into a form, in the chosen way of writing them. */
import type { I18n } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { formatNumber, type NumberFormat } from '#shared/numbers/formats';
import { readTyped } from '#shared/numbers/reading';
import type { Fields } from './form';

const UNREADABLE = msg`Please enter a number.`;
const AMBIGUOUS = msg`This reads as {several}. Please write it without separators of thousands.`;

export interface NumbersRead {
  /** By the field's name; absent where it was left empty. */
  numbers: Record<string, number>;
  faults: Record<string, string>;
}

/** Reads the fields of these names; what is left empty is neither a number nor a fault. */
export function readNumbers(fields: Fields, names: string[], format: NumberFormat, i18n: I18n): NumbersRead {
  const read: NumbersRead = { numbers: {}, faults: {} };
  for (const name of names) {
    const reading = readTyped(fields.text(name), format);
    switch (reading.kind) {
      case 'number':
        read.numbers[name] = reading.value;
        break;
      case 'ambiguous': {
        const several = reading.values.map((value) => formatNumber(value, format)).join(' / ');
        read.faults[name] = i18n._(AMBIGUOUS.id, { several });
        break;
      }
      case 'unreadable':
        read.faults[name] = i18n._(UNREADABLE);
        break;
      case 'blank':
        break;
    }
  }
  return read;
}

/** For those that may not be left empty. */
export function required({ numbers, faults }: NumbersRead, names: string[], i18n: I18n): NumbersRead {
  const missing = names.filter((name) => numbers[name] === undefined && faults[name] === undefined);
  return {
    numbers,
    faults: { ...faults, ...Object.fromEntries(missing.map((name) => [name, i18n._(UNREADABLE)])) },
  };
}
