/** The gatekeeper, who prepares over the API what a test needs. */
import { createClient } from '@connectrpc/connect';
import { Periodicity, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { KpiService } from '#gen/kreis/kpi/v1/kpi_service_pb';
import { CircleService } from '#gen/kreis/org/v1/circle_service_pb';
import { UserService } from '#gen/kreis/org/v1/user_service_pb';
import type { Month } from '#shared/periods/months';
import { signedIn } from './caller';
import { GATEKEEPER, type Kreis } from './kreis';

export async function gatekeeperOf({ url }: Kreis) {
  const transport = await signedIn(url, GATEKEEPER);
  const users = createClient(UserService, transport);
  const circles = createClient(CircleService, transport);
  const kpis = createClient(KpiService, transport);

  return {
    async thisMonth(): Promise<Month> {
      const { organisation } = await users.getMe({});
      return { year: organisation?.today?.year ?? 0, month: organisation?.today?.month ?? 0 };
    },

    /** A new KPI of a circle, beside those that it has. */
    async addKpi(circleName: string, name: string, periodicity: Periodicity): Promise<void> {
      const { circles: all } = await circles.listCircles({ pageSize: 500 });
      const circleId = all.find((circle) => circle.name === circleName)?.id ?? '';
      await kpis.createKpi({ circleId, name, periodicity, unit: Unit.AMOUNT });
    },

    /** A new user whose one circle has so many monthly KPIs: their invitation, and the names. */
    async inviteEconomistOf(count: number): Promise<{ invitation: string; circle: string; kpis: string[] }> {
      const names = Array.from({ length: count }, (_, index) => `figure ${String.fromCharCode(97 + index)}`);
      const name = `Circle of ${count}`;
      const { circle } = await circles.createCircle({ name });
      const circleId = circle?.id ?? '';
      for (const kpi of names) {
        await kpis.createKpi({ circleId, name: kpi, periodicity: Periodicity.MONTHLY, unit: Unit.AMOUNT });
      }
      const { user } = await users.createUser({
        firstName: 'Nora',
        lastName: 'Weiss',
        displayName: `Nora of ${count}`,
        email: `nora-${count}@example.org`,
      });
      const userId = user?.id ?? '';
      await circles.addCircleMember({ circleId, userId });
      const { invitationToken } = await users.inviteUser({ userId });
      return { invitation: invitationToken, circle: name, kpis: names };
    },
  };
}
