/** Mantine's links and buttons for addresses within kreis, checked by the router's types. */
import { Anchor, type AnchorProps, Button, type ButtonProps } from '@mantine/core';
import { createLink, type LinkComponent } from '@tanstack/react-router';
import type { ReactNode, Ref } from 'react';

interface Inside {
  children?: ReactNode;
  ref?: Ref<HTMLAnchorElement>;
}

function AnchorInside(props: AnchorProps & Inside) {
  return <Anchor {...props} />;
}

function ButtonInside(props: ButtonProps & Inside) {
  return <Button component="a" {...props} />;
}

export const TextLink: LinkComponent<typeof AnchorInside> = createLink(AnchorInside);
export const ButtonLink: LinkComponent<typeof ButtonInside> = createLink(ButtonInside);
