/** The fields of a user. */
import '@mantine/core/styles/InlineInput.css';
import '@mantine/core/styles/Checkbox.css';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import type { User } from '#gen/kreis/org/v1/user_pb';
import { LANGUAGE_NAMES, LANGUAGES } from '#shared/preferences/language';
import { useSendsMail } from '#shared/session/sends-mail';
import type { Complaints, FieldRules } from '../forms/complaints';
import type { Fields } from '../forms/form';
import classes from '../lists/list.module.css';

interface UserFieldsProps {
  user?: User;
  complaints: Complaints;
}

export function UserFields({ user, complaints: { fields } }: UserFieldsProps) {
  const { t } = useLingui();
  const sendsMail = useSendsMail();
  return (
    <>
      <div className={classes.fields}>
        <TextInput
          name="first_name"
          label={<Trans>First name</Trans>}
          defaultValue={user?.firstName}
          error={fields.first_name}
          autoComplete="off"
          autoFocus={user === undefined}
        />
        <TextInput
          name="last_name"
          label={<Trans>Last name</Trans>}
          defaultValue={user?.lastName}
          error={fields.last_name}
          autoComplete="off"
        />
        <TextInput
          name="display_name"
          label={<Trans>Display name</Trans>}
          description={
            user === undefined ? (
              <Trans>The name others see. Left empty, it is first and last name.</Trans>
            ) : (
              <Trans>The name others see.</Trans>
            )
          }
          defaultValue={user?.displayName}
          error={fields.display_name}
          autoComplete="off"
        />
        <TextInput
          name="email"
          type="email"
          label={<Trans>E-mail</Trans>}
          description={
            sendsMail === true ? (
              <Trans>To sign in with, and for mails of kreis.</Trans>
            ) : (
              <Trans>To sign in with. kreis sends nothing to it.</Trans>
            )
          }
          defaultValue={user?.email}
          error={fields.email}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
        {sendsMail === true && (
          <NativeSelect
            name="language"
            label={<Trans>Language</Trans>}
            description={<Trans>Of mails and screens. The user can choose another.</Trans>}
            defaultValue={user?.language ?? ''}
            data={[
              {
                value: '',
                label: t`That of the first sign-in`,
                disabled: user?.language !== undefined && user.language !== '',
              },
              ...LANGUAGES.map((language) => ({ value: language, label: LANGUAGE_NAMES[language] })),
            ]}
          />
        )}
      </div>
      <Checkbox
        name="gatekeeper"
        label={<Trans>Gatekeeper</Trans>}
        description={<Trans>May do everything: define KPIs, and keep users and circles in order.</Trans>}
        defaultChecked={user?.gatekeeper ?? false}
        error={fields.gatekeeper}
      />
    </>
  );
}

export function userIn(fields: Fields) {
  const language = fields.text('language');
  return {
    ...(language !== '' && { language }),
    firstName: fields.text('first_name'),
    lastName: fields.text('last_name'),
    displayName: fields.text('display_name'),
    email: fields.text('email'),
    gatekeeper: fields.ticked('gatekeeper'),
  };
}

const NAME = msg`Please enter 1 to 100 visible characters, in letters of one script.`;

export const USER_FIELD_RULES: FieldRules = {
  rules: {
    first_name: NAME,
    last_name: NAME,
    display_name: NAME,
    email: msg`Please enter an e-mail address such as name@example.org, in letters of one script.`,
  },
  fieldOfReason: { EMAIL_TAKEN: 'email', DISPLAY_NAME_TAKEN: 'display_name', LAST_GATEKEEPER: 'gatekeeper' },
};
