/**
 * Controls of an area that move on the page, for example because a form above them closes. A person who
 * clicks may still mean the control that was at that place before.
 */
import { type MouseEvent, type RefObject, useEffectEvent, useLayoutEffect, useRef } from 'react';
import { couldBeRead } from './read-ms';
import { Shown } from './shown';

const CONTROLS = 'a, button, input, label, textarea';

/** Distances from the top of the page, in pixels. */
interface Place {
  top: number;
  bottom: number;
}

interface MovedControls<Area extends Element> {
  area: RefObject<Area | null>;
  /** For the area: ignore the pointer on a control that has just come to its place. */
  onMouseDownCapture: (event: MouseEvent<Area>) => void;
  onClickCapture: (event: MouseEvent<Area>) => void;
}

export function useMovedControls<Area extends Element>(): MovedControls<Area> {
  const area = useRef<Area>(null);
  const places = useRef(new Map<Element, Place>());
  /** The place before the last move, or before several moves in quick succession. */
  const before = useRef(new WeakMap<Element, { place: Place; moved: Shown }>());

  const compare = useEffectEvent(() => {
    const controls = [...(area.current?.querySelectorAll(CONTROLS) ?? [])];
    const now = new Map(controls.map((control) => [control, placeOf(control)]));
    const moved = new Shown();
    for (const [control, { top }] of now) {
      const place = places.current.get(control);
      if (place === undefined || place.top === top) continue;
      const last = before.current.get(control);
      const isStillMoving = last !== undefined && !couldBeRead(last.moved);
      before.current.set(control, { place: isStillMoving ? last.place : place, moved });
    }
    places.current = now;
  });

  useLayoutEffect(() => {
    const observer = new ResizeObserver(() => compare());
    // Whatever appears above the area changes the height of an element around it.
    for (let around: Element | null = area.current; around !== null; around = around.parentElement)
      observer.observe(around);
    return () => observer.disconnect();
  }, []);

  function hasJustComeTo(pageY: number, control: Element): boolean {
    // The click can come before the first paint after a move.
    compare();
    const last = before.current.get(control);
    if (last === undefined || couldBeRead(last.moved)) return false;
    return pageY < last.place.top || pageY >= last.place.bottom;
  }

  function ignoreHasty(event: MouseEvent<Area>) {
    const { target, detail, pageY } = event;
    const control = target instanceof Element ? target.closest(CONTROLS) : null;
    // Without a pointer, the focus stays where it is.
    if (control === null || detail === 0 || !hasJustComeTo(pageY, control)) return;
    event.preventDefault();
    event.stopPropagation();
    // What is typed next was meant for another field.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  }

  return { area, onMouseDownCapture: ignoreHasty, onClickCapture: ignoreHasty };
}

function placeOf(control: Element): Place {
  const { top, bottom } = control.getBoundingClientRect();
  return { top: Math.round(top + window.scrollY), bottom: Math.round(bottom + window.scrollY) };
}
