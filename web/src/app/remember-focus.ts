/** Gives the keyboard back to where it was, with the cursor where it stood. */

/** Answers how to go back. */
export function rememberFocus(): () => void {
  const { activeElement } = document;
  if (!(activeElement instanceof HTMLElement)) return () => {};
  const selection = selectionOf(activeElement);
  return () => {
    if (!activeElement.isConnected) return;
    activeElement.focus();
    if (selection !== undefined) selection.field.setSelectionRange(selection.from, selection.to);
  };
}

function selectionOf(element: HTMLElement) {
  if (!(element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement)) return undefined;
  const { selectionStart: from, selectionEnd: to } = element;
  // Absent for kinds of fields that have no cursor.
  return from === null || to === null ? undefined : { field: element, from, to };
}
