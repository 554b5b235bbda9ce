import { Trans } from '@lingui/react/macro';
import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import classes from './overview.module.css';

const TYPING_MS = 150;

interface Props {
  words: string;
  onFind: (words: string) => void;
}

export function Search({ words, onFind }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const find = useDebouncedCallback(onFind, TYPING_MS);
  useEffect(() => {
    // Follows the address, but never replaces text that the person is typing.
    if (input.current !== null && input.current !== document.activeElement) input.current.value = words;
  }, [words]);
  return (
    <TextInput
      ref={input}
      type="search"
      label={<Trans>Search KPIs</Trans>}
      className={classes.search}
      defaultValue={words}
      onChange={({ currentTarget: { value } }) => find(value)}
    />
  );
}
