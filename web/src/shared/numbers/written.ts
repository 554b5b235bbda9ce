/** Numbers as they were written in a field, and what they are read as once another format may have been chosen. */
import type { NumberFormat } from './formats';
import { type Adornment, isWrittenIn, type Reading, readPasted, readTyped, readTypedAnyhow } from './reading';

export interface Written {
  text: string;
  /** How numbers were written here when it was typed; absent where it came from elsewhere. */
  format?: NumberFormat;
  /** Whether keys have changed what came from elsewhere, or was begun in another format. */
  edited?: true;
}

/** Absent where nothing was written. */
export function writtenOf({ text, format, edited }: Partial<Written>): Written | undefined {
  if (text === undefined) return undefined;
  return { text, ...(format !== undefined && { format }), ...(edited && { edited }) };
}

/**
 * A text from elsewhere, once it was said in which format its numbers are written. What that
 * cannot read may be written in any other.
 */
export function pastedAs(text: string, format: NumberFormat | undefined, adornment: Adornment): Written {
  return format !== undefined && isWrittenIn(text, format, adornment) ? { text, format } : { text };
}

/**
 * What stands in a field once its text is another: by keys, in the format; absent where the text
 * comes from elsewhere. Keys that change what was written otherwise do not say how that was meant.
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

/** Whether several cells of a spreadsheet are pasted: the browser would make one text of them. */
export function hasSeveralCells({ clipboardData }: { clipboardData: DataTransfer }): boolean {
  return /[\t\r\n]/.test(clipboardData.getData('text/plain').trim());
}

/** Whether a change of a field was pasted, of a single cell of a spreadsheet for instance. */
export function isFromElsewhere(event: Event): boolean {
  return event instanceof InputEvent && /^insertFrom(?!Composition)/.test(event.inputType);
}

/** What was typed before another format was chosen counts only where both read the same. */
export function readWritten(written: Written, format: NumberFormat, adornment: Adornment): Reading {
  const { text } = written;
  if (written.edited) return readTypedAnyhow(text, adornment);
  if (written.format === undefined) return readPasted(text, adornment);
  const then = readTyped(text, written.format, adornment);
  const now = readTyped(text, format, adornment);
  const isSame = then.kind === 'number' && now.kind === 'number' && then.value === now.value;
  // What was in question when it was typed is no clearer now.
  return isSame || then.kind !== 'number' ? then : readPasted(text, adornment);
}
