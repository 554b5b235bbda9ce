/**
 * What it takes to paste more than one cell. Loaded apart: most people type their
 * numbers, and nobody pastes before there is a grid.
 */
export { readPaste } from './paste';
export { isPlain, NO_ANSWERS, numbersOf, planPaste } from './paste-plan';
export { PastePreview } from './paste-preview';
