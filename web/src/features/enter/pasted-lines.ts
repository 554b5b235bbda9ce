/**
 * Shared by the tests of pasted texts: a grid of three rows in two circles, and a short text for each
 * line.
 */
import { type Line, NOTHING_SAID, type PastePlace, readPaste, type Said } from './paste';

export const place: PastePlace = {
  rows: [
    { name: 'consultations', circle: 'Counselling', known: [11, 30] },
    { name: 'donations', circle: 'Fundraising', known: [1, 10] },
    { name: 'new members', circle: 'Fundraising', known: [] },
  ],
  elsewhere: [{ name: 'meals', circle: 'Kitchen' }],
  circles: ['Counselling', 'Fundraising', 'Kitchen', 'Library'],
  from: 0,
  month: { year: 2026, month: 9 },
};

export const HEADING: Said = { ...NOTHING_SAID, doubtful: ['heading'] };
export const VALUE: Said = { ...NOTHING_SAID, doubtful: ['value'] };

/** `12>0` for a value in row 0, `Total:sum` for a line without a value. */
export function told(text: string, at: Partial<PastePlace> = {}, said: Said = NOTHING_SAID): string[] {
  const paste = readPaste(text, { ...place, ...at }, said);
  if (paste.kind !== 'lines') return [paste.kind === 'cell' ? `cell:${paste.text}` : paste.why];
  return paste.lines.map(({ name, text: cell, use }) =>
    use.kind === 'value' ? `${cell}>${use.row}` : `${name || cell}:${use.kind}`,
  );
}

export function lines(text: string, said: Said = NOTHING_SAID): Line[] {
  const paste = readPaste(text, place, said);
  return paste.kind === 'lines' ? paste.lines : [];
}
