/** Browser and system of a session in plain words, such as "Firefox, Windows". */
import Bowser from 'bowser';

/** Undefined if neither is known, as for most programs. */
export function browserName(userAgent: string): string | undefined {
  if (userAgent === '') return undefined;
  const parsed = Bowser.getParser(userAgent);
  const names = [parsed.getBrowserName(), parsed.getOSName()].filter(
    (name) => name !== undefined && name !== '',
  );
  return names.length === 0 ? undefined : names.join(', ');
}
