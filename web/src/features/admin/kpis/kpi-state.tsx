/** A badge that says whether a KPI takes values. */
import '@mantine/core/styles/Badge.css';
import { Trans } from '@lingui/react/macro';
import { Badge } from '@mantine/core';

export function KpiStateMark({ active }: { active: boolean }) {
  return (
    <Badge tt="none" variant={active ? 'light' : 'default'}>
      {active ? <Trans context="KPI">Active</Trans> : <Trans context="KPI">Inactive</Trans>}
    </Badge>
  );
}
