/** The heading that says which screen this is, in the page and in the tab's title. */
import { Title } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';

interface Props {
  children: ReactNode;
  /** What follows in the page, and not in the tab's title. */
  aside?: ReactNode;
}

export function ScreenTitle({ children, aside }: Props) {
  const name = useRef<HTMLSpanElement>(null);

  // After each drawing: the language or the name may be another one.
  useEffect(() => {
    document.title = `${name.current?.textContent} – kreis`;
  });

  return (
    <Title order={1} size="h2">
      <span ref={name}>{children}</span>
      {aside}
    </Title>
  );
}
