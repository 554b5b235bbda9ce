//! Entries of the change log as messages.

use kreis_proto::kpi::v1::{self as proto, change::Detail as DetailMessage};
use kreis_server::timestamps::to_timestamp;
use kreis_service::page::Page;

use super::fields::{period, periodicity, person, unit};
use crate::model::{Activity, Change, ChangeDetail};

pub(crate) fn list_changes(page: Page<Change>) -> proto::ListChangesResponse {
    proto::ListChangesResponse {
        next_page_token: page.next_token(Change::cursor),
        changes: page.items.into_iter().map(message).collect(),
    }
}

pub(crate) fn list_recent_changes(changes: Vec<Change>) -> proto::ListRecentChangesResponse {
    proto::ListRecentChangesResponse {
        changes: changes.into_iter().map(message).collect(),
    }
}

/// An entry of the change log.
fn message(change: Change) -> proto::Change {
    let detail = match change.detail {
        ChangeDetail::Value {
            change,
            old_comment,
        } => DetailMessage::Value(proto::ValueChange {
            kpi_value_id: change.value.get(),
            period: Some(period(change.period)),
            old_value: change.old.map(f64::from),
            new_value: change.new.number().map(f64::from),
            comment: change.new.comment().to_owned(),
            old_comment: old_comment.as_str().to_owned(),
        }),
        ChangeDetail::Definition(field) => DetailMessage::Definition(proto::DefinitionChange {
            field: field.field,
            old_text: field.old,
            new_text: field.new,
        }),
    };
    proto::Change {
        id: change.id,
        create_time: Some(to_timestamp(change.create_time)),
        changed_by: Some(person(change.changed_by)),
        kpi_id: change.kpi.get(),
        kpi_name: change.kpi_name.as_str().to_owned(),
        kpi_unit: unit(change.unit).into(),
        kpi_periodicity: periodicity(change.periodicity).into(),
        circle_id: change.circle.get(),
        activity: activity(change.activity).into(),
        detail: Some(detail),
        owner: change.owner.map(person),
    }
}

const fn activity(activity: Activity) -> proto::Activity {
    match activity {
        Activity::Recorded => proto::Activity::Recorded,
        Activity::Corrected => proto::Activity::Corrected,
        Activity::Retracted => proto::Activity::Retracted,
        Activity::NothingToReport => proto::Activity::NothingToReport,
        Activity::KpiCreated => proto::Activity::KpiCreated,
        Activity::KpiUpdated => proto::Activity::KpiUpdated,
        Activity::TargetSet => proto::Activity::TargetSet,
        Activity::TargetRemoved => proto::Activity::TargetRemoved,
        Activity::KpiActivated => proto::Activity::KpiActivated,
        Activity::KpiDeactivated => proto::Activity::KpiDeactivated,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_all_activities_of_the_contract_can_be_read() {
        let contract = (1..100).filter_map(|number| proto::Activity::try_from(number).ok());
        let mut known = Activity::ALL.map(activity);
        known.sort_unstable();
        assert!(contract.eq(known));
    }
}
