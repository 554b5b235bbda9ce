/**
 * Follows the language of the signed-in person, and puts the one that they choose into their account. kreis
 * writes mails in that language. Where it sends no mails, a choice stays in the browser.
 */
import { useMutation } from '@connectrpc/connect-query';
import { useLingui } from '@lingui/react';
import { useEffect } from 'react';
import { UserService } from '#gen/kreis/org/v1/user_service_pb';
import { followLanguage, isLanguage, keepLanguage, unkeptLanguage } from '#shared/preferences/language';
import { useMe } from '#shared/session/me';
import { useSendsMail } from '#shared/session/sends-mail';

export function LanguageOfUser() {
  const { locale } = useLingui().i18n;
  const kept = useMe()?.user.language;
  const sendsMail = useSendsMail();
  const { mutate: keep } = useMutation(UserService.method.setMyLanguage, { onSuccess: keepLanguage });
  useEffect(() => {
    if (kept === undefined) return;
    if (unkeptLanguage() === undefined && isLanguage(kept)) void followLanguage(kept);
    else if (sendsMail === true && kept !== locale) keep({ language: locale });
  }, [kept, locale, sendsMail, keep]);
  return null;
}
