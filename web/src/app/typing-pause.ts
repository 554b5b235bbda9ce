/** Waits for a pause in typing. */
import { useEffect, useRef, useState } from 'react';

/** Pauses between the digits of a number are shorter. */
const PAUSE_MS = 1_000;

/** Returns whether the person has paused for `PAUSE_MS`. Once true, it stays true while `matters` is true. */
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
