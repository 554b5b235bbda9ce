/** A field for a month. */
import { TextInput } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { isMonthKey } from './months';

interface Props {
  label: string;
  month: string | undefined;
  invalid: boolean;
  /** Called with a month such as `2026-03`, or with an empty text for no bound. */
  onChoose: (month: string) => void;
}

/** The browser's own field for a month. An incomplete month stays in the field and is not reported. */
export function MonthInput({ label, month, invalid, onChoose }: Props) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (input.current !== null && input.current.value !== (month ?? '')) input.current.value = month ?? '';
  }, [month]);
  return (
    <TextInput
      ref={input}
      type="month"
      label={label}
      placeholder="2026-03"
      defaultValue={month}
      aria-invalid={invalid}
      onChange={({ currentTarget: { value } }) => {
        if (value === '' || isMonthKey(value)) onChoose(value);
      }}
    />
  );
}
