/** Notices when an answer of the server is a long time coming. */
import { useEffect, useState } from 'react';

const LONG_MS = 3_000;

/** Whether what began then, in the page's milliseconds, has lasted longer than usual. */
export function useTakesLong(since: number | undefined): boolean {
  const [long, setLong] = useState<number>();
  useEffect(() => {
    if (since === undefined) return undefined;
    const timer = setTimeout(() => setLong(since), since + LONG_MS - performance.now());
    return () => clearTimeout(timer);
  }, [since]);
  return since !== undefined && long === since;
}
