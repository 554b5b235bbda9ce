/**
 * Controls of an area that move on the page, for example because a form above them closes. A person who
 * clicks may still mean the control that was at that place before.
 */
import { type MouseEvent, type RefObject, useLayoutEffect, useRef, useState } from 'react';
import { Places } from './places';

const CONTROLS = 'a, button, input, label, textarea';

interface MovedControls<Area extends Element> {
  area: RefObject<Area | null>;
  /** For the area: ignore the pointer on a control that has just come to its place. */
  onMouseDownCapture: (event: MouseEvent<Area>) => void;
  onClickCapture: (event: MouseEvent<Area>) => void;
}

export function useMovedControls<Area extends Element>(): MovedControls<Area> {
  const area = useRef<Area>(null);
  const [places] = useState(() => new Places(CONTROLS));

  useLayoutEffect(() => (area.current === null ? undefined : places.watch(area.current)), [places]);

  function ignoreHasty(event: MouseEvent<Area>) {
    const { target, detail, pageY } = event;
    // Without a pointer, the focus stays where it is.
    if (!(target instanceof Element) || detail === 0 || !places.hasJustComeTo(pageY, target)) return;
    event.preventDefault();
    event.stopPropagation();
    // What is typed next was meant for another field.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  }

  return { area, onMouseDownCapture: ignoreHasty, onClickCapture: ignoreHasty };
}
