/**
 * The browser has one undo history for all fields of a page. It would undo what was typed in another field
 * than the one with the keyboard.
 */
export function ignoreStrayUndos(): void {
  window.addEventListener('beforeinput', hear, true);
}

function hear(event: InputEvent): void {
  const isUndo = event.inputType === 'historyUndo' || event.inputType === 'historyRedo';
  if (!isUndo || event.target === document.activeElement) return;
  event.preventDefault();
  event.stopPropagation();
}
