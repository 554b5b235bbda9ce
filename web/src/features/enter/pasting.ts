/** Everything that a paste of several cells needs. It is a separate chunk, because most people only type. */
export { PastePreview } from './paste-preview';
export { RefusedSentence } from './refused-sentence';
export { contextOf, takePaste } from './take-paste';
