//! What was asked of the API server, as metrics.

use crate::api::Requests;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric as _};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use std::fmt::Error;

/// Reads at each scrape what was counted.
#[derive(Debug)]
pub(super) struct OfServer(pub(super) Requests);

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    verb: &'static str,
    code: String,
}

impl Collector for OfServer {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), Error> {
        let help = "Requests to the API server, by what was asked and the HTTP status; none if there was no answer";
        let mut family =
            encoder.encode_descriptor("api_requests", help, None, MetricType::Counter)?;
        for ((verb, code), count) in self.0.counted() {
            let code = code.map_or_else(|| "none".to_owned(), |code| code.to_string());
            let labels = Request { verb, code };
            ConstCounter::new(count).encode(family.encode_family(&labels)?)?;
        }
        Ok(())
    }
}
