/**
 * An area whose content comes and goes by itself, and moves what stands below it. A click that was aimed
 * before the move would meet something else.
 */
import { type MouseEvent, type RefObject, useEffectEvent, useLayoutEffect, useRef } from 'react';
import { couldBeRead } from './read-ms';
import { Shown } from './shown';

interface LateArea {
  area: RefObject<HTMLDivElement | null>;
  /** For the element that contains the area and what it moves: ignores a click right after a move. */
  onClickCapture: (event: MouseEvent<HTMLElement>) => void;
}

export function useLateArea(): LateArea {
  const area = useRef<HTMLDivElement>(null);
  const height = useRef<number>(undefined);
  const moved = useRef<Shown>(undefined);

  const compare = useEffectEvent(() => {
    const before = height.current;
    height.current = area.current?.offsetHeight;
    if (before !== undefined && before !== height.current) moved.current = new Shown();
  });

  useLayoutEffect(() => {
    if (area.current === null) return;
    const observer = new ResizeObserver(() => compare());
    observer.observe(area.current);
    return () => observer.disconnect();
  }, []);

  function onClickCapture(event: MouseEvent<HTMLElement>) {
    // The click can come before the first paint after a move.
    compare();
    if (moved.current === undefined || couldBeRead(moved.current)) return;
    const { target, currentTarget, detail } = event;
    // React also reports clicks in dialogues, which stand elsewhere on the page.
    if (!(target instanceof Node) || !currentTarget.contains(target)) return;
    // Without a pointer, the focus stays where it is, unless it came into the area.
    if (detail === 0 && area.current?.contains(target) !== true) return;
    event.preventDefault();
    event.stopPropagation();
  }

  return { area, onClickCapture };
}
