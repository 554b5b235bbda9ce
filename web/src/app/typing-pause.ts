/** Waits until nobody is in the middle of typing. */
import { useEffect, useRef, useState } from 'react';

/** Within a number, people pause for less. */
const PAUSE_MS = 1_000;

/** Whether no key was pressed for a moment since it `matters`; stays so as long as it does. */
export function useTypingPause(matters: boolean): boolean {
  const lastKey = useRef(Number.NEGATIVE_INFINITY);
  const [paused, setPaused] = useState(false);

  useEffect(() => {
    const note = () => {
      lastKey.current = performance.now();
    };
    window.addEventListener('keydown', note, true);
    return () => window.removeEventListener('keydown', note, true);
  }, []);

  useEffect(() => {
    if (!matters) return setPaused(false);
    let timer: ReturnType<typeof setTimeout>;
    const look = () => {
      const missing = lastKey.current + PAUSE_MS - performance.now();
      if (missing <= 0) setPaused(true);
      else timer = setTimeout(look, missing);
    };
    look();
    return () => clearTimeout(timer);
  }, [matters]);

  return matters && paused;
}
