/** Whether a change of a text was pasted or dropped, so that the text may be written as in another program. */
export function isFromElsewhere(event: Event): boolean {
  return event instanceof InputEvent && /^insertFrom(?!Composition)/.test(event.inputType);
}
