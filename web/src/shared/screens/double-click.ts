/**
 * The first click of a double click may open something that moves the page. The second one was meant for the
 * same control, and has no effect on any other.
 */

const CONTROLS = 'a, button, input, label, select, summary, textarea';

/** The control, or else the element, of the last click that was no repetition. */
let first: Element | undefined;

export function ignoreStrayDoubleClicks(): void {
  for (const type of ['mousedown', 'click'] as const) window.addEventListener(type, hear, true);
}

/** `detail` counts the clicks in quick succession at the same point of the screen. */
function hear(event: MouseEvent): void {
  const { type, target, detail } = event;
  const control = target instanceof Element ? controlAround(target) : undefined;
  if (detail > 1 && control !== first) {
    event.preventDefault();
    event.stopPropagation();
  } else if (type === 'click' && detail === 1) {
    first = control;
  }
}

function controlAround(element: Element): Element {
  const control = element.closest(CONTROLS) ?? element;
  // A click on a label also clicks its field.
  return control instanceof HTMLLabelElement ? (control.control ?? control) : control;
}
