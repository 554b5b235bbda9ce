/** Code that loads after the screen, because the person does not wait for it. */
import { useRouterState } from '@tanstack/react-router';
import { useEffect, useState } from 'react';

const LOAD_AFTER_MS = 500;

/** Empty until the code is loaded, and if it cannot be loaded. `load` stays the same function. */
export function useLate<Code extends object>(load: () => Promise<Code>): Partial<Code> {
  const [loaded, setLoaded] = useState<Partial<Code>>({});
  const isScreenLoaded = useRouterState({ select: ({ status }) => status === 'idle' });
  useEffect(() => {
    if (!isScreenLoaded) return;
    const timer = setTimeout(() => load().then(setLoaded, () => undefined), LOAD_AFTER_MS);
    return () => clearTimeout(timer);
  }, [isScreenLoaded, load]);
  return loaded;
}
