/** Restores the keyboard focus and the text cursor. */
import { ignoreHastyFinish } from '#shared/screens/key-burst';

/** Returns a function that restores the focus. */
export function rememberFocus(): () => void {
  const { activeElement } = document;
  if (!(activeElement instanceof HTMLElement)) return () => {};
  const selection = selectionOf(activeElement);
  return () => {
    if (!activeElement.isConnected) return;
    activeElement.focus();
    if (selection !== undefined) selection.field.setSelectionRange(selection.from, selection.to);
    ignoreHastyFinish();
  };
}

function selectionOf(element: HTMLElement) {
  if (!(element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement)) return undefined;
  const { selectionStart: from, selectionEnd: to } = element;
  // `null` for kinds of fields that have no text cursor.
  return from === null || to === null ? undefined : { field: element, from, to };
}
