/** Hands the KPI's values over as a file. */
import { Trans } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import type { Kpi, KpiValue } from '#gen/kreis/kpi/v1/kpi_pb';
import { valuesFile } from './values-file';

export function Download({ kpi, values }: { kpi: Kpi; values: readonly KpiValue[] }) {
  function download() {
    const address = URL.createObjectURL(
      new Blob([valuesFile(kpi, values)], { type: 'text/csv;charset=utf-8' }),
    );
    const link = document.createElement('a');
    link.href = address;
    link.download = `${fileName(kpi)}.csv`;
    link.click();
    URL.revokeObjectURL(address);
  }

  return (
    <Button variant="default" onClick={download}>
      <Trans>Download as CSV</Trans>
    </Button>
  );
}

/** Without what file systems refuse. */
function fileName({ circleName, name }: Kpi): string {
  return `${circleName} ${name}`.replaceAll(/[^\p{L}\p{N}]+/gu, '-');
}
