import { useLingui } from '@lingui/react';
import { Trans } from '@lingui/react/macro';
import { NativeSelect } from '@mantine/core';
import { chooseLanguage, isLanguage, LANGUAGE_NAMES, LANGUAGES } from './language';

export function LanguageSelect() {
  const { i18n } = useLingui();
  return (
    <NativeSelect
      label={<Trans>Language</Trans>}
      value={i18n.locale}
      data={LANGUAGES.map((language) => ({ value: language, label: LANGUAGE_NAMES[language] }))}
      onChange={({ currentTarget: { value } }) => {
        if (isLanguage(value)) void chooseLanguage(value);
      }}
    />
  );
}
