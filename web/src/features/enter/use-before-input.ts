/** Hears what the browser is about to insert into the fields of an element. React has no event for it. */
import { type RefObject, useEffect, useEffectEvent } from 'react';

export function useBeforeInput(
  element: RefObject<HTMLElement | null>,
  onBeforeInput: (event: InputEvent) => void,
): void {
  const hear = useEffectEvent(onBeforeInput);
  useEffect(() => {
    const heard = element.current;
    heard?.addEventListener('beforeinput', hear);
    return () => heard?.removeEventListener('beforeinput', hear);
  }, [element]);
}
