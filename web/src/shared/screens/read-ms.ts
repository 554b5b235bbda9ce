/** Nobody reads a question faster; a key or click that comes sooner was not meant for it. */
export const READ_MS = 500;
