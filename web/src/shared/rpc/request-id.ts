/** Ids by which the server recognises a repeated request. */
import { useRef } from 'react';
import { randomId } from '#shared/ids/random-id';

/** Returns the same id for the same content. So a repetition after a lost answer creates nothing twice. */
export function useRequestId(): (content: object) => string {
  const last = useRef({ content: '', id: '' });
  return (content) => {
    const text = JSON.stringify(content);
    if (last.current.content !== text) last.current = { content: text, id: randomId() };
    return last.current.id;
  };
}
