/** The filter of the due values. It is stored in the address. */
import { readId } from '#shared/ids/read-id';

export interface DueFilter {
  /** Id of a circle. */
  circle?: string;
  /** Id of a user. */
  economist?: string;
}

export function readDueFilter(address: Record<string, unknown>): DueFilter {
  const [circle, economist] = [readId(address.circle), readId(address.economist)];
  return {
    ...(circle !== undefined && { circle }),
    ...(economist !== undefined && { economist }),
  };
}
