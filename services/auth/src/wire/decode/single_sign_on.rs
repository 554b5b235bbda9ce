//! Requests of single sign-on as inputs of the use cases.

use kreis_proto::auth::v1::FinishSignOnRequest;
use kreis_server::status::Violations;
use tonic::Status;

use super::renewal;
use crate::model::FinishSignOn;

/// Longer than the codes of all providers.
const MAX_CODE_BYTES: usize = 4096;

/// A text that cannot be a `state` is refused like one that was not begun.
pub(crate) fn finish_sign_on(message: FinishSignOnRequest) -> Result<FinishSignOn, Status> {
    let mut violations = Violations::default();
    let length = message.code.len();
    let code = match length {
        0 => Err("must not be empty".to_owned()),
        1..=MAX_CODE_BYTES => Ok(message.code),
        _ => Err(format!("must have at most {MAX_CODE_BYTES} bytes")),
    };
    let code = violations.check("code", code);
    let renewal = renewal(&mut violations, message.renewal);
    let (code, renewal) = violations.finish(code.zip(renewal))?;
    Ok(FinishSignOn {
        state: message.state,
        code,
        issuer: message.issuer,
        renewal,
    })
}
