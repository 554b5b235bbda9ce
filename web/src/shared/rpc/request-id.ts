/** Ids by which the server knows a repeated request again. */
import { useRef } from 'react';
import { randomId } from '#shared/ids/random-id';

/** The same id for the same content, so that a repetition after a lost answer creates nothing twice. */
export function useRequestId(): (content: object) => string {
  const last = useRef({ content: '', id: '' });
  return (content) => {
    const text = JSON.stringify(content);
    if (last.current.content !== text) last.current = { content: text, id: randomId() };
    return last.current.id;
  };
}
