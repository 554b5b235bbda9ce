/** The same id for the same content, so that a repetition after a lost answer creates nothing twice. */
import { useRef } from 'react';

export function useRequestId(): (content: object) => string {
  const last = useRef({ content: '', id: '' });
  return (content) => {
    const text = JSON.stringify(content);
    if (last.current.content !== text) last.current = { content: text, id: crypto.randomUUID() };
    return last.current.id;
  };
}
