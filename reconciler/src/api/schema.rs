//! The schemas that the server publishes: they tell a mistake in an object from an outage where the server does not.

use super::{Api, ApiError, Class};
use gitopsc_core::{Gvk, Json};
use gitopsc_engine::schema::misfits;

const JSON: &str = "application/json";

impl Api {
    /// `error`, which came of sending `body`, with what of `body` does not fit the schema of `gvk`, if the server
    /// gave no reason for it.
    pub async fn with_misfits(&self, mut error: ApiError, gvk: &Gvk, body: &Json) -> ApiError {
        if error.class() != Class::Unclear {
            return error;
        }
        // Without the schema nobody knows more than before.
        let document = self.document(&schema_path(gvk), JSON).await;
        if let (Ok(document), ApiError::Refused { refusal, .. }) = (document, &mut error) {
            refusal.misfits = misfits(&document, gvk, body);
        }
        error
    }
}

fn schema_path(gvk: &Gvk) -> String {
    match gvk.group.as_str() {
        "" => format!("/openapi/v3/api/{}", gvk.version),
        group => format!("/openapi/v3/apis/{group}/{}", gvk.version),
    }
}
