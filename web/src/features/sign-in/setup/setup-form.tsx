/** The form with which the first gatekeeper names themselves and the organisation. */
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { useMutation } from '@connectrpc/connect-query';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { Alert, Button, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { AuthService, type GetSetupResponse, SessionRenewal } from '#gen/kreis/auth/v1/auth_service_pb';
import { CallId } from '#shared/errors/call-id';
import { refusalOf } from '#shared/errors/refusal';
import { sentenceOf } from '#shared/errors/sentences';
import { PasswordField } from '#shared/passwords/password-field';
import { LEAST_LENGTH } from '#shared/passwords/password-rule';
import { beginSession } from '#shared/session/session';
import { compareNames } from '#shared/texts/name-order';
import { EmailField } from '../email-field';
import classes from '../sign-in-frame.module.css';

interface Props {
  setupToken: string;
  setup: GetSetupResponse;
}

const NAME = msg`Please enter 1 to 100 visible characters, in letters of one script.`;

/** The rule of each field, by its name in the request. */
const RULES = {
  first_name: NAME,
  last_name: NAME,
  organisation_name: msg`Please enter 1 to 100 visible characters.`,
  email: msg`Please enter an e-mail address such as name@example.org, in letters of one script.`,
  password: msg`Please take at least ${LEAST_LENGTH} characters.`,
  time_zone: msg`Please choose a time zone.`,
};

type Field = keyof typeof RULES;

export function SetupForm({ setupToken, setup }: Props) {
  const { t, i18n } = useLingui();
  const navigate = useNavigate();
  const complete = useMutation(AuthService.method.completeSetup, {
    onSuccess: (begun) => {
      beginSession(begun);
      void navigate({ to: '/', hash: '', replace: true });
    },
  });
  const wrong = complete.isError ? refusalOf(complete.error).violations.map(({ field }) => field) : [];
  const faultOf = (field: Field) => (wrong.includes(field) ? i18n._(RULES[field]) : undefined);
  const isAboutFields = wrong.length > 0 && wrong.every((field) => field in RULES);
  const until =
    setup.expireTime === undefined
      ? ''
      : i18n.date(timestampDate(setup.expireTime), { dateStyle: 'full', timeStyle: 'short' });

  function begin(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const text = (field: Field) => String(fields.get(field) ?? '');
    complete.mutate({
      setupToken,
      organisationName: text('organisation_name'),
      timeZone: text('time_zone'),
      firstName: text('first_name'),
      lastName: text('last_name'),
      email: text('email'),
      password: text('password'),
      renewal: SessionRenewal.COOKIE,
    });
  }

  return (
    <form onSubmit={begin} noValidate>
      <Stack>
        <Text>
          <Trans>Nobody uses kreis here yet. You become the first gatekeeper, who may do everything.</Trans>
        </Text>
        {complete.isError && !isAboutFields && (
          <Alert color="red" variant="light" role="alert">
            {sentenceOf(complete.error, i18n)}
            <CallId error={complete.error} />
          </Alert>
        )}
        <TextInput
          name="organisation_name"
          label={<Trans>Name of the organisation</Trans>}
          defaultValue={setup.organisationName}
          error={faultOf('organisation_name')}
          autoComplete="organization"
          autoFocus
          size="md"
        />
        <NativeSelect
          name="time_zone"
          label={<Trans>Time zone</Trans>}
          description={<Trans>Months begin at midnight of this time zone.</Trans>}
          defaultValue={setup.timeZone}
          data={zonesWith(setup.timeZone)}
          error={faultOf('time_zone')}
          size="md"
        />
        <TextInput
          name="first_name"
          label={<Trans>First name</Trans>}
          error={faultOf('first_name')}
          autoComplete="given-name"
          size="md"
        />
        <TextInput
          name="last_name"
          label={<Trans>Last name</Trans>}
          error={faultOf('last_name')}
          autoComplete="family-name"
          size="md"
        />
        <EmailField description={<Trans>With this you will sign in.</Trans>} error={faultOf('email')} />
        <PasswordField
          name="password"
          label={<Trans>New password</Trans>}
          description={t`At least ${LEAST_LENGTH} characters. A sentence is easy to remember.`}
          error={faultOf('password')}
          autoComplete="new-password"
          size="md"
        />
        <Button
          type="submit"
          loading={complete.isPending}
          size="md"
          className={classes.submit}
          classNames={{ label: classes.label }}
        >
          <Trans>Set up kreis and begin</Trans>
        </Button>
        <Text size="sm" className="quiet">
          <Trans>The link is valid until {until}.</Trans>
        </Text>
      </Stack>
    </form>
  );
}

/** The time zones that the browser knows, with that of the server. */
function zonesWith(zone: string): string[] {
  return [...new Set([zone, ...Intl.supportedValuesOf('timeZone')])].sort(compareNames);
}
