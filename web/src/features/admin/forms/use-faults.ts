/** What a form finds wrong by itself, before anything is sent; the server's complaints come after. */
import { useMemo, useState } from 'react';
import type { Complaints } from './complaints';

interface Faults {
  complaints: Complaints;
  /** Takes sentences by field; answers whether there are any, and so nothing is to be sent. */
  find: (faults: Record<string, string>) => boolean;
}

export function useFaults(refused: Complaints): Faults {
  const [found, setFound] = useState<Record<string, string>>({});
  const wrong = Object.keys(found).length > 0;
  const complaints = useMemo(
    () => (wrong ? { fields: found, stale: false } : refused),
    [wrong, found, refused],
  );
  return {
    complaints,
    find: (faults) => {
      setFound(faults);
      return Object.keys(faults).length > 0;
    },
  };
}
