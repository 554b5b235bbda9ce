/** The field for the e-mail of a person who is not signed in. */
import { Trans } from '@lingui/react/macro';
import { TextInput, type TextInputProps } from '@mantine/core';

export function EmailField(props: TextInputProps) {
  return (
    <TextInput
      name="email"
      type="email"
      label={<Trans>E-mail</Trans>}
      autoComplete="username"
      autoCapitalize="none"
      spellCheck={false}
      size="md"
      {...props}
    />
  );
}
