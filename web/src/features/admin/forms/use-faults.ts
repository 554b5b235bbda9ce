/** The faults that a form finds itself before it sends anything. They hide the server's complaints. */
import { useMemo, useState } from 'react';
import type { Complaints } from './complaints';

interface Faults {
  complaints: Complaints;
  /**
   * Takes a sentence for each faulty field. Returns whether there are faults, so that the form is not
   * sent.
   */
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
