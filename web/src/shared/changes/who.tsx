/** Who made a change. A service account is named with its owner. */
import type { ReactNode } from 'react';
import type { Person } from '#gen/kreis/org/v1/user_pb';

interface WhoProps {
  person: Person | undefined;
  owner: Person | undefined;
  /** Shown in place of an absent person. */
  nobody?: ReactNode;
}

export function Who({ person, owner, nobody }: WhoProps) {
  const name = <strong>{person?.displayName ?? nobody}</strong>;
  if (owner === undefined) return name;
  return (
    <>
      {name} ({owner.displayName})
    </>
  );
}
