/** Calls kreis without the client, to prepare and check tests. */
import { createClient, type Transport } from '@connectrpc/connect';
import { createGrpcWebTransport } from '@connectrpc/connect-web';
import { AuthService } from '#gen/kreis/auth/v1/auth_service_pb';
import { ChangeLogService } from '#gen/kreis/kpi/v1/change_log_service_pb';
import { type Kpi, type KpiValue, Periodicity, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { KpiService } from '#gen/kreis/kpi/v1/kpi_service_pb';
import { KpiValueService } from '#gen/kreis/kpi/v1/kpi_value_service_pb';
import { CircleService } from '#gen/kreis/org/v1/circle_service_pb';
import { UserService } from '#gen/kreis/org/v1/user_service_pb';
import type { Month } from '#shared/periods/months';
import { PASSWORD } from './kreis';

export type Caller = Awaited<ReturnType<typeof callerOf>>;

export async function callerOf(url: string, email: string) {
  const transport = await signedIn(url, email);
  const auth = createClient(AuthService, transport);
  const users = createClient(UserService, transport);
  const circles = createClient(CircleService, transport);
  const kpis = createClient(KpiService, transport);
  const values = createClient(KpiValueService, transport);
  const log = createClient(ChangeLogService, transport);

  async function kpiNamed(name: string): Promise<Kpi> {
    const answer = await kpis.listKpis({ pageSize: 500 });
    const found = answer.kpis.find((kpi) => kpi.name === name);
    if (found === undefined) throw new Error(`there is no KPI ${name}`);
    return found;
  }

  /** Returns the value of a KPI's period; absent if the period is blank. */
  async function valueFor(name: string, period: Month): Promise<KpiValue | undefined> {
    const { id } = await kpiNamed(name);
    const { kpiValues } = await values.listKpiValues({
      scope: { case: 'kpiId', value: id },
      time: { case: 'range', value: { from: period, to: period } },
    });
    return kpiValues[0];
  }

  return {
    auth,
    users,
    circles,
    kpis,
    values,
    log,

    kpiNamed,
    valueFor,

    async record(name: string, period: Month, value: number): Promise<void> {
      await values.recordKpiValue({ kpiId: (await kpiNamed(name)).id, period, value });
    },

    async retract(name: string, period: Month): Promise<void> {
      await values.retractKpiValue({ kpiValueId: (await valueFor(name, period))?.id ?? '' });
    },

    /**
     * The newest three changes of a value, oldest first: `Emil Rossi 640`; without a number if it was
     * retracted.
     */
    async changesOf(name: string, period: Month): Promise<string[]> {
      const value = await valueFor(name, period);
      if (value === undefined) return [];
      const { changes } = await log.listRecentChanges({ kpiValueId: value.id });
      return changes
        .map(({ changedBy, detail }) =>
          [changedBy?.displayName, detail.case === 'value' ? detail.value.newValue : undefined]
            .join(' ')
            .trim(),
        )
        .reverse();
    },

    async thisMonth(): Promise<Month> {
      const { organisation } = await users.getMe({});
      return { year: organisation?.today?.year ?? 0, month: organisation?.today?.month ?? 0 };
    },

    /** For gatekeepers. Adds a KPI to a circle. Its values are due from `activeSince` on, or not yet. */
    async addKpi(
      circleName: string,
      name: string,
      periodicity: Periodicity,
      activeSince?: Month,
    ): Promise<void> {
      const { circles: all } = await circles.listCircles({ pageSize: 500 });
      const circleId = all.find((circle) => circle.name === circleName)?.id ?? '';
      await kpis.createKpi({ circleId, name, periodicity, unit: Unit.AMOUNT, activeSince });
    },

    /**
     * For gatekeepers. Invites a user whose only circle has `count` monthly KPIs, due from
     * `activeSince` on, or not yet. Returns the invitation and the names.
     */
    async inviteEconomistOf(
      count: number,
      activeSince?: Month,
    ): Promise<{ email: string; invitation: string; circle: string; kpis: string[] }> {
      const names = Array.from({ length: count }, (_, index) => `figure ${String.fromCharCode(97 + index)}`);
      const name = `Circle of ${count}`;
      const email = `nora-${count}@example.org`;
      const { circle } = await circles.createCircle({ name });
      const circleId = circle?.id ?? '';
      for (const kpi of names) {
        await kpis.createKpi({
          circleId,
          name: kpi,
          periodicity: Periodicity.MONTHLY,
          unit: Unit.AMOUNT,
          activeSince,
        });
      }
      const { user } = await users.createUser({
        firstName: 'Nora',
        lastName: 'Weiss',
        displayName: `Nora of ${count}`,
        email,
      });
      const userId = user?.id ?? '';
      await circles.addCircleMember({ circleId, userId });
      const { invitationToken } = await users.inviteUser({ userId });
      return { email, invitation: invitationToken, circle: name, kpis: names };
    },
  };
}

/** Signs in. Returns a transport with this session. */
async function signedIn(url: string, email: string): Promise<Transport> {
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
