/** The notices of what is not saved. Their code comes once the screen has: nobody waits for them. */
import { type ComponentType, useEffect, useState } from 'react';

const LOAD_AFTER_MS = 500;

export function LateNotices({ userId }: { userId: string }) {
  const [{ Notices }, setLoaded] = useState<{ Notices?: ComponentType<{ userId: string }> }>({});
  useEffect(() => {
    const timer = setTimeout(() => {
      // Without them the drafts are kept all the same, and named by the sign-out.
      import('./notices').then(setLoaded, () => undefined);
    }, LOAD_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return Notices && <Notices userId={userId} />;
}
