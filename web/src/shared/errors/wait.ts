/** Says how long to wait, such as “2 minutes”; rounded up, so that the wait is over then. */
export function waitInWords(seconds: number, locale: string): string {
  const [amount, unit] = seconds < 60 ? [seconds, 'second'] : [Math.ceil(seconds / 60), 'minute'];
  return amount.toLocaleString(locale, { style: 'unit', unit, unitDisplay: 'long' });
}
