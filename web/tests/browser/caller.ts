/** Somebody who calls kreis past the client, to prepare or look up what a test needs. */
import { createClient, type Transport } from '@connectrpc/connect';
import { createGrpcWebTransport } from '@connectrpc/connect-web';
import { AuthService } from '#gen/kreis/auth/v1/auth_service_pb';
import type { Kpi } from '#gen/kreis/kpi/v1/kpi_pb';
import { KpiService } from '#gen/kreis/kpi/v1/kpi_service_pb';
import { KpiValueService } from '#gen/kreis/kpi/v1/kpi_value_service_pb';
import { PASSWORD } from './kreis';

/** The way of somebody's calls, once they have signed in. */
export async function signedIn(url: string, email: string): Promise<Transport> {
  let token = '';
  const transport = createGrpcWebTransport({
    baseUrl: url,
    interceptors: [
      (next) => (request) => {
        if (token !== '') request.header.set('authorization', `Bearer ${token}`);
        return next(request);
      },
    ],
  });
  token = (await createClient(AuthService, transport).login({ email, password: PASSWORD })).accessToken;
  return transport;
}

export async function callerOf(url: string, email: string) {
  const transport = await signedIn(url, email);
  const kpis = createClient(KpiService, transport);
  const values = createClient(KpiValueService, transport);

  return {
    kpis,
    values,
    async kpiNamed(name: string): Promise<Kpi> {
      const answer = await kpis.listKpis({ pageSize: 500 });
      const found = answer.kpis.find((kpi) => kpi.name === name);
      if (found === undefined) throw new Error(`there is no KPI ${name}`);
      return found;
    },
  };
}
