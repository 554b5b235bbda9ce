/** A field for one number: refuses several cells of a spreadsheet, which the browser would join into one text. */
import { type RefObject, useEffect, useEffectEvent, useState } from 'react';
import { KeptOutInput } from '#shared/numbers/kept-out-input';
import { replaceIfPastedAgain } from '#shared/numbers/pasted-again';
import { areSeveralCells, hasSeveralCells } from '#shared/numbers/written';

export function useOneNumber(field: RefObject<HTMLInputElement | null>, onRefused: () => void): void {
  const [input] = useState(() => new KeptOutInput());

  const paste = useEffectEvent((event: ClipboardEvent) => {
    const { clipboardData } = event;
    if (clipboardData === null) return;
    if (!hasSeveralCells({ clipboardData }))
      return replaceIfPastedAgain(field.current, clipboardData.getData('text/plain'));
    event.preventDefault();
    onRefused();
  });

  /** The keyboard of a touch screen inserts its clipboard as if it had been typed. */
  const beforeInput = useEffectEvent((event: InputEvent) => {
    input.begin();
    if (event.data === null || !areSeveralCells(event.data)) return;
    input.keepOut(event);
    onRefused();
  });

  // React has no event for the browser's `beforeinput`.
  useEffect(() => {
    const { current } = field;
    current?.addEventListener('paste', paste);
    current?.addEventListener('beforeinput', beforeInput);
    return () => {
      current?.removeEventListener('paste', paste);
      current?.removeEventListener('beforeinput', beforeInput);
    };
  }, [field]);
}
