/**
 * Whether the person has left a cell by an own key or pointer. A dialogue that
 * opens, another window or a screen that is replaced takes the keyboard away in
 * the middle of a number: what stands in the cell then is not what was meant.
 */

/** Whether a key or a pointer is moving the focus in this very moment. */
let moving = false;

function move(): void {
  moving = true;
  // The browser moves the focus right after it has told of the key or the pointer.
  setTimeout(() => {
    moving = false;
  });
}

window.addEventListener('mousedown', move, true);
window.addEventListener(
  'keydown',
  ({ key, altKey, ctrlKey, metaKey }) => {
    if (key === 'Tab' && !altKey && !ctrlKey && !metaKey) move();
    // A page that is busy comes to its timers after its keys: what moved the focus before is over.
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

/** The button that closes a touch keyboard tells no key, and leads nowhere. */
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
