/** Detects that a response of the server takes long. */
import { useEffect, useState } from 'react';

const LONG_MS = 3_000;

/** Whether a request that began at `since` (`performance.now()`) takes longer than usual. */
export function useTakesLong(since: number | undefined): boolean {
  const [long, setLong] = useState<number>();
  useEffect(() => {
    if (since === undefined) return undefined;
    const timer = setTimeout(() => setLong(since), since + LONG_MS - performance.now());
    return () => clearTimeout(timer);
  }, [since]);
  return since !== undefined && long === since;
}
