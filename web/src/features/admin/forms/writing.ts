/** Keeps the keyboard focus in a field if a response of the server arrives meanwhile. */

/** Whether a field outside this form has the keyboard focus. Without a form: whether any field has it. */
export function isWritingBeside(form?: HTMLFormElement | null): boolean {
  const field = document.activeElement?.closest('input, textarea, select');
  return field instanceof HTMLElement && !form?.contains(field);
}
