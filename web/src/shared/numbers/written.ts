/** Numbers as they were written in a field, and what they are read as once another format may have been chosen. */
import type { NumberFormat } from './formats';
import { type Adornment, type Reading, readPasted, readTyped } from './reading';

export interface Written {
  text: string;
  /** How numbers were written here when it was typed; absent where it came from elsewhere. */
  format?: NumberFormat;
}

/** Absent where nothing was written. */
export function writtenOf({ text, format }: Partial<Written>): Written | undefined {
  return text === undefined ? undefined : { text, ...(format !== undefined && { format }) };
}

/**
 * What stands in a field once its text is another: by keys, in the format; absent where the text
 * comes from elsewhere, and so it stays when keys change it.
 */
export function writtenOver(
  before: Written | undefined,
  text: string,
  format: NumberFormat | undefined,
): Written {
  const goesOn = before !== undefined && before.format === undefined && text.length > 1;
  return { text, ...(format !== undefined && !goesOn && { format }) };
}

/** Whether a change of a field was pasted, of a single cell of a spreadsheet for instance. */
export function isFromElsewhere(event: Event): boolean {
  return event instanceof InputEvent && /^insertFrom(?!Composition)/.test(event.inputType);
}

/** What was typed before another format was chosen counts only where both read the same. */
export function readWritten(written: Written, format: NumberFormat, adornment: Adornment): Reading {
  const anyhow = readPasted(written.text, adornment);
  if (written.format === undefined) return anyhow;
  const then = readTyped(written.text, written.format, adornment);
  const now = readTyped(written.text, format, adornment);
  return then.kind === 'number' && now.kind === 'number' && then.value === now.value ? now : anyhow;
}
