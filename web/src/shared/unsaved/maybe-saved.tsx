/** Says that entries without an answer may have been saved. */
import { Trans, useLingui } from '@lingui/react/macro';
import { listOf, type Named } from './unsent-names';

export function MaybeSaved({ sent }: { sent: readonly Named[] }) {
  const { i18n } = useLingui();
  if (sent.length === 0) return null;
  const names = listOf([...new Set(sent.map(({ name }) => name))], i18n);
  return (
    <Trans>Sent without an answer, so perhaps saved: {names}. Discarding does not take that back.</Trans>
  );
}
