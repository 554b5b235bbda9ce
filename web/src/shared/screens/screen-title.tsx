/** The heading that names the screen, in the page and in the tab's title. */
import { Title } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';

interface Props {
  children: ReactNode;
  /** Follows the heading in the page, but not in the tab's title. */
  aside?: ReactNode;
}

export function ScreenTitle({ children, aside }: Props) {
  const name = useRef<HTMLSpanElement>(null);

  // After each render, because the language or the name may have changed.
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
