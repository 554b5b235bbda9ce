/** Numbers as they were written in a field, and how to read them after a change of the format. */
import type { NumberFormat } from './formats';
import { type Adornment, isWrittenIn, type Reading, readPasted, readTyped, readTypedAnyhow } from './reading';

export interface Written {
  text: string;
  /** The number format at the time of typing; absent if the text comes from elsewhere. */
  format?: NumberFormat;
  /** Whether keys changed a text that came from elsewhere, or that was begun in another format. */
  edited?: true;
}

/** Absent if there is no text. */
export function writtenOf({ text, format, edited }: Partial<Written>): Written | undefined {
  if (text === undefined) return undefined;
  return { text, ...(format !== undefined && { format }), ...(edited && { edited }) };
}

/**
 * Keeps the format that was said for a pasted text, if the format can read it. Otherwise the text may
 * have any format.
 */
export function pastedAs(text: string, format: NumberFormat | undefined, adornment: Adornment): Written {
  return format !== undefined && isWrittenIn(text, format, adornment) ? { text, format } : { text };
}

/**
 * The content of a field after a change of its text. `format` is the format of the keys; absent if the
 * text comes from elsewhere. Keys that change a text of another origin do not say how it was meant.
 */
export function writtenOver(
  before: Written | undefined,
  text: string,
  format: NumberFormat | undefined,
): Written {
  if (format === undefined) return { text };
  const goesOn = before !== undefined && before.format !== format && text.length > 1;
  return goesOn ? { text, edited: true } : { text, format };
}

/** Whether several cells of a spreadsheet are pasted. */
export function hasSeveralCells({
  clipboardData,
}: {
  clipboardData: Pick<DataTransfer, 'getData'>;
}): boolean {
  return areSeveralCells(clipboardData.getData('text/plain'));
}

/**
 * Whether a text holds several cells of a spreadsheet. The browser would join them into one text. Blank
 * cells before a number count: they move the number to its place.
 */
export function areSeveralCells(text: string): boolean {
  return /[\t\r\n]/.test(text.trimEnd());
}

/**
 * Whether a change of a field did not come from keys, such as the paste of a single cell of a
 * spreadsheet. The keyboard of a touch screen inserts its clipboard as if it had been typed, but at once.
 */
export function isFromElsewhere(event: Event): boolean {
  if (!(event instanceof InputEvent)) return false;
  const { inputType, data } = event;
  return (
    /^insertFrom(?!Composition)/.test(inputType) || (inputType === 'insertText' && (data ?? '').length > 1)
  );
}

/**
 * Whether a text may be two numbers with a space between them. Other spaces than that of the space bar only
 * separate thousands, and in French every space does.
 */
export function mayBeTwoNumbers({ text, format }: Written): boolean {
  return format !== 'french' && /\d \d/.test(text);
}

/** Text from before a change of the format counts only if both formats read the same number. */
export function readWritten(written: Written, format: NumberFormat, adornment: Adornment): Reading {
  const { text } = written;
  if (written.edited) return readTypedAnyhow(text, adornment);
  if (written.format === undefined) return readPasted(text, adornment);
  const then = readTyped(text, written.format, adornment);
  const now = readTyped(text, format, adornment);
  const isSame = then.kind === 'number' && now.kind === 'number' && then.value === now.value;
  // A text that was ambiguous when it was typed stays ambiguous.
  return isSame || then.kind !== 'number' ? then : readPasted(text, adornment);
}
