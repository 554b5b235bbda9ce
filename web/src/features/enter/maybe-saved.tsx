/** Says of which entries it is not known whether they were saved. */
import { Trans, useLingui } from '@lingui/react/macro';
import { listOf } from '#shared/unsaved/unsent-names';
import type { Draft } from './draft';

export function MaybeSaved({ drafts }: { drafts: readonly Draft[] }) {
  const { i18n } = useLingui();
  const sent = drafts.filter(({ attempt, earlier }) => attempt !== undefined || earlier !== undefined);
  if (sent.length === 0) return null;
  const names = listOf(
    sent.map(({ name }) => name),
    i18n,
  );
  return (
    <Trans>Sent without an answer, so perhaps saved: {names}. Discarding does not take that back.</Trans>
  );
}
