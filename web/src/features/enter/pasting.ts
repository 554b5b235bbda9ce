/**
 * What it takes to paste more than one cell. Loaded apart: most people type their
 * numbers, and nobody pastes before there is a grid.
 */
export { PastePreview } from './paste-preview';
export { RefusedSentence } from './refused-sentence';
export { contextOf, takePaste } from './take-paste';
