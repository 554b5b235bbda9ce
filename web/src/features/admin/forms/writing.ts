/** An answer that comes while a field has the keyboard leaves it there. */

/** Whether the keyboard is in a field that is not of this form; in any field where no form is given. */
export function isWritingBeside(form?: HTMLFormElement | null): boolean {
  const field = document.activeElement?.closest('input, textarea, select');
  return field instanceof HTMLElement && !form?.contains(field);
}
