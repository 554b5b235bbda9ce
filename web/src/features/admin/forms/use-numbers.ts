/**
 * The numbers of a form. A field that was not changed keeps the stored number, whatever its display
 * shows. A typed number is read in the format of that moment. If the format has changed since, or if
 * the number was pasted, an ambiguous text is a fault.
 */
import type { I18n } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { formatNumber, type NumberFormat, useNumberFormat } from '#shared/numbers/formats';
import type { Reading } from '#shared/numbers/reading';
import { plainNumber } from '#shared/numbers/spreadsheet';
import { readWritten, type Written, writtenOver } from '#shared/numbers/written';

export const NO_NUMBER = msg`Please enter a number.`;
const AMBIGUOUS = msg`This reads as {several}. Please write it without separators of thousands.`;

/** By the field's name. */
type Writings = Readonly<Record<string, Written>>;

export interface NumbersRead {
  /** By field name; absent if the field is empty. */
  numbers: Record<string, number>;
  faults: Record<string, string>;
}

export interface Numbers {
  /** The text of a field. */
  text: (name: string) => string;
  write: (name: string, text: string, from: 'keys' | 'elsewhere') => void;
  isTouched: (names: readonly string[]) => boolean;
  /** Called when the form is sent. An empty field gives neither a number nor a fault. */
  read: (names: readonly string[]) => NumbersRead;
  /** Whether a field is unchanged since the last `read`, so that its fault still applies. */
  isAsRead: (name: string) => boolean;
  /** The input so far. The caller passes it to `forget` after it was saved. */
  writings: Writings;
  /** Removes saved input: fields that are unchanged since then show the stored number. */
  forget: (saved: Writings) => void;
}

/** `stored` has the stored numbers by field name. */
export function useNumbers(stored: Readonly<Record<string, number | undefined>> = {}): Numbers {
  const { i18n } = useLingui();
  const format = useNumberFormat();
  const [writings, setWritings] = useState<Writings>({});
  /** The input at the last `read`. */
  const [asRead, setAsRead] = useState<Writings>({});

  function text(name: string): string {
    const number = stored[name];
    return writings[name]?.text ?? (number === undefined ? '' : formatNumber(number, format));
  }

  function readingOf(name: string): Reading {
    const written = writings[name];
    if (written !== undefined) return readWritten(written, format, 'none');
    const value = stored[name];
    return value === undefined ? { kind: 'blank' } : { kind: 'number', value };
  }

  /**
   * A change of an ambiguous text answers the question: the text then counts as typed in the current
   * format.
   */
  function begunWith(name: string, { [name]: written }: Writings): Written | undefined {
    const isAsked = written !== undefined && written === asRead[name];
    return isAsked && readWritten(written, format, 'none').kind === 'ambiguous' ? undefined : written;
  }

  return {
    text,
    writings,
    write: (name, changed, from) =>
      setWritings((before) => ({
        ...before,
        [name]: writtenOver(begunWith(name, before), changed, from === 'keys' ? format : undefined),
      })),
    isAsRead: (name) => asRead[name] === writings[name],
    isTouched: (names) => names.some((name) => writings[name] !== undefined),
    read: (names) => {
      setAsRead(writings);
      const read: NumbersRead = { numbers: {}, faults: {} };
      for (const name of names) {
        const reading = readingOf(name);
        const fault = faultOf(reading, format, i18n);
        if (reading.kind === 'number') read.numbers[name] = reading.value;
        if (fault !== undefined) read.faults[name] = fault;
      }
      return read;
    },
    forget: (saved) =>
      setWritings((now) =>
        Object.fromEntries(Object.entries(now).filter(([name, written]) => saved[name] !== written)),
      ),
  };
}

function faultOf(reading: Reading, format: NumberFormat, i18n: I18n): string | undefined {
  if (reading.kind === 'unreadable') return i18n._(NO_NUMBER);
  if (reading.kind !== 'ambiguous') return undefined;
  const plain = reading.values.map((value) => plainNumber(value, format));
  const several = new Intl.ListFormat(i18n.locale, { type: 'disjunction' }).format(plain);
  return i18n._(AMBIGUOUS.id, { several });
}

/** Adds a fault for each empty field that needs a number. */
export function required(
  { numbers, faults }: NumbersRead,
  names: readonly string[],
  i18n: I18n,
): NumbersRead {
  const missing = names.filter((name) => numbers[name] === undefined && faults[name] === undefined);
  return {
    numbers,
    faults: { ...faults, ...Object.fromEntries(missing.map((name) => [name, i18n._(NO_NUMBER)])) },
  };
}
