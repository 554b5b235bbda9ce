/**
 * The fields, buttons and notes of the rows in the page. A row has its field in the first line; its
 * buttons and its note stand beside it and in the lines below.
 */

type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>;

const FIELD = 'input[data-row]';
const CONTROLS = 'button:not(:disabled), textarea';

/** The number of the row whose field this is, or -1. */
export function rowOf(target: EventTarget | null): number {
  return target instanceof HTMLInputElement ? Number(target.dataset.row ?? -1) : -1;
}

/** The field of the row whose button this is; absent if it is no button of a row. */
export function fieldBeside(target: EventTarget | null): HTMLInputElement | undefined {
  if (!(target instanceof HTMLButtonElement)) return undefined;
  let line: Element | null = target.closest('tbody tr');
  while (line !== null && line.querySelector(FIELD) === null) line = line.previousElementSibling;
  return line?.querySelector<HTMLInputElement>(FIELD) ?? undefined;
}

/** The field that a click means: the one of its row. Absent on another control, or in no row. */
export function fieldMeant(target: EventTarget | null): HTMLInputElement | undefined {
  if (!(target instanceof Element) || target.closest('button, textarea, a') !== null) return undefined;
  return target.closest('tbody tr')?.querySelector<HTMLInputElement>(FIELD) ?? undefined;
}

/** The field, the buttons and the note of a row, in the order of the page. */
function controlsOf(field: HTMLInputElement): HTMLElement[] {
  const controls: HTMLElement[] = [field];
  let line: Element | null = field.closest('tr');
  do {
    controls.push(...(line?.querySelectorAll<HTMLElement>(CONTROLS) ?? []));
    line = line?.nextElementSibling ?? null;
  } while (line !== null && line.querySelector('th') === null);
  return controls;
}

/** Moves the focus within a row; does nothing at the ends. */
export function moveAside(field: HTMLInputElement, from: HTMLElement, by: number): void {
  const controls = controlsOf(field);
  controls[controls.indexOf(from) + by]?.focus();
}

/** Moves the focus from a field to the button that comes first after it. Returns whether there is one. */
export function focusFirstButton(field: EventTarget | null): boolean {
  if (!(field instanceof HTMLInputElement)) return false;
  const [, first] = controlsOf(field);
  if (!(first instanceof HTMLButtonElement)) return false;
  first.focus();
  return true;
}

/** Whether the cursor is at the end of the text, so that the right arrow key has nowhere to go in it. */
export function isAtEnd({ value, selectionStart, selectionEnd }: HTMLInputElement): boolean {
  return selectionStart === value.length && selectionEnd === value.length;
}

/** Whether the key would write or delete something in a field. A space presses a button. */
export function isWriting({ key, ctrlKey, metaKey, altKey }: Key): boolean {
  if (ctrlKey || metaKey || altKey) return false;
  return (key.length === 1 && key !== ' ') || key === 'Backspace' || key === 'Delete';
}
