/** Whose values are asked for; it lives in the address. */

export interface DueFilter {
  /** Id of a circle. */
  circle?: string;
  /** Id of a user. */
  economist?: string;
}

export function readDueFilter({ circle, economist }: Record<string, unknown>): DueFilter {
  return {
    ...(isId(circle) && { circle: String(circle) }),
    ...(isId(economist) && { economist: String(economist) }),
  };
}

/** The router reads digits in the address as a number. */
function isId(found: unknown): found is string | number {
  return (typeof found === 'string' && found !== '') || typeof found === 'number';
}
