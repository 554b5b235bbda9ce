/** Chooses what the grid shows. */
import { NativeSelect } from '@mantine/core';
import { type ReactNode, useRef } from 'react';

interface Props {
  label: ReactNode;
  value: string;
  data: { value: string; label: string }[];
  onChoose: (value: string) => void;
}

/** Gives the keyboard to the grid after a choice: the grid takes it if nothing has the focus. */
export function GridChoice({ onChoose, ...select }: Props) {
  /** Whether a held key goes from choice to choice, without opening the list. */
  const isStepping = useRef(false);
  return (
    <NativeSelect
      {...select}
      onKeyDown={({ key, altKey }) => {
        isStepping.current = !altKey && key !== 'Enter' && key !== ' ';
      }}
      onKeyUp={() => {
        isStepping.current = false;
      }}
      onPointerDown={() => {
        isStepping.current = false;
      }}
      onChange={({ currentTarget }) => {
        if (!isStepping.current) currentTarget.blur();
        onChoose(currentTarget.value);
      }}
    />
  );
}
