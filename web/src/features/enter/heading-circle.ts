/** Circle names in the headings of a spreadsheet column. */
import { fold } from './names';

/** Whether a cell is the name of a circle, and nothing else. */
export function isCircle(cell: string, circles: readonly string[]): boolean {
  return circles.some((circle) => fold(circle) === fold(cell));
}

/** The circle that a heading such as `Zahlen Fundraising` names; the longest name if one contains another. */
export function circleIn(heading: string, circles: readonly string[]): string | undefined {
  const words = spaced(heading);
  return circles
    .filter((circle) => circle !== '' && words.includes(spaced(circle)))
    .sort((a, b) => b.length - a.length)[0];
}

/** The words and numbers of a text, each between spaces. */
function spaced(text: string): string {
  return ` ${(fold(text).match(/[\p{L}\d]+/gu) ?? []).join(' ')} `;
}
