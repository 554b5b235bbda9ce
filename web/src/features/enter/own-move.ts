/**
 * Whether the person left a cell by a key or a pointer. A dialogue, another window or a new screen
 * takes the focus away in the middle of a number. The text in the cell is then not what the person
 * means.
 */

/** Whether a key or a pointer is moving the focus at this moment. */
let moving = false;

function move(): void {
  moving = true;
  // The browser moves the focus directly after the event of the key or the pointer.
  setTimeout(() => {
    moving = false;
  });
}

window.addEventListener('mousedown', move, true);
window.addEventListener(
  'keydown',
  ({ key, altKey, ctrlKey, metaKey }) => {
    if (key === 'Tab' && !altKey && !ctrlKey && !metaKey) move();
    // On a busy page, this key may come before the timer: the earlier move of the focus is over.
    else moving = false;
  },
  true,
);

export function isOwnMove({ target, relatedTarget }: FocusEvent): boolean {
  if (moving) return true;
  // From cell to cell by another key, or by the arrows of a touch keyboard.
  if (isCell(relatedTarget)) return true;
  return isDoneOnTouch(target, relatedTarget);
}

function isCell(element: EventTarget | null): boolean {
  return element instanceof HTMLElement && element.dataset.row !== undefined;
}

/** The button that closes a touch keyboard sends no key event, and focuses no other element. */
function isDoneOnTouch(cell: EventTarget | null, to: EventTarget | null): boolean {
  return (
    to === null &&
    matchMedia('(pointer: coarse)').matches &&
    document.hasFocus() &&
    document.querySelector(':modal') === null &&
    cell instanceof Node &&
    cell.isConnected
  );
}
