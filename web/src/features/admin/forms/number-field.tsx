/** A form field for a number. */
import { useLingui } from '@lingui/react';
import { TextInput } from '@mantine/core';
import { type ClipboardEvent, type ReactNode, useState } from 'react';
import { replaceIfPastedAgain } from '#shared/numbers/pasted-again';
import { hasSeveralCells, isFromElsewhere } from '#shared/numbers/written';
import { NO_NUMBER, type Numbers } from './use-numbers';

interface Props {
  numbers: Numbers;
  name: string;
  label: ReactNode;
  description: ReactNode;
  fault: string | undefined;
}

export function NumberField({ numbers, name, label, description, fault }: Props) {
  const { i18n } = useLingui();
  const found = numbers.isAsRead(name) ? fault : undefined;
  const [pastedSeveral, setPastedSeveral] = useState(false);

  function onPaste(event: ClipboardEvent) {
    const several = hasSeveralCells(event);
    setPastedSeveral(several);
    if (several) event.preventDefault();
    else replaceIfPastedAgain(event.target, event.clipboardData.getData('text/plain'));
  }

  return (
    <TextInput
      name={name}
      label={label}
      description={description}
      value={numbers.text(name)}
      onChange={({ currentTarget: { value }, nativeEvent }) => {
        setPastedSeveral(false);
        numbers.write(name, value, isFromElsewhere(nativeEvent) ? 'elsewhere' : 'keys');
      }}
      onInput={({ currentTarget: { value }, nativeEvent }) => {
        // React sends no change event if the pasted text equals the current text.
        if (value === numbers.text(name) && isFromElsewhere(nativeEvent))
          numbers.write(name, value, 'elsewhere');
      }}
      onPaste={onPaste}
      error={pastedSeveral ? i18n._(NO_NUMBER) : found}
      inputMode="decimal"
    />
  );
}
