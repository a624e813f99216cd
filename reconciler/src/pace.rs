//! How many requests of one piece of work are in flight, by what the server has answered meanwhile.

use crate::api::Api;
use crate::window::Window;

/// How much at once a piece of work sends.
pub struct Pace {
    api: Api,
    window: Window,
    /// How often the server had asked for fewer requests when it was looked at last.
    too_many: usize,
}

impl Pace {
    /// Up to `most` at once to `api`, and as many to begin with.
    #[must_use]
    pub fn new(api: &Api, most: usize) -> Pace {
        Pace {
            api: api.clone(),
            window: Window::new(most),
            too_many: api.too_many(),
        }
    }

    /// How many may be in flight now, where this many are `in_flight`.
    pub fn allowed(&mut self, in_flight: usize) -> usize {
        let so_far = self.api.too_many();
        if so_far > self.too_many {
            self.too_many = so_far;
            self.window.on_too_many(in_flight);
        }
        self.window.allowed()
    }

    /// One request has ended, and this many are still `in_flight`.
    pub fn on_end(&mut self, in_flight: usize) {
        // What was refused before counts before what has ended.
        self.allowed(in_flight);
        self.window.on_end();
    }
}
