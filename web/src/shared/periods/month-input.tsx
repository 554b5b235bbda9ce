/** A field for a month. */
import { TextInput } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { isMonthKey } from './months';

interface Props {
  label: string;
  month: string | undefined;
  invalid: boolean;
  /** With a month such as `2026-03`, or nothing for no bound. */
  onChoose: (month: string) => void;
}

/**
 * The browser's own field for a month. What is typed stays the field's: a month
 * that is not whole yet is nobody's business.
 */
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
