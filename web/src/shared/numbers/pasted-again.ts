/**
 * A number that is pasted a second time, or by keys that are held down, takes the place of itself, as in a
 * spreadsheet. The browser would add its digits.
 */
export function replaceIfPastedAgain(field: EventTarget | null, pasted: string): void {
  if (field instanceof HTMLInputElement && field.value.trim() === pasted.trim()) field.select();
}
