//! How many requests are in flight: as many as the server takes.
//!
//! One more after each round of answers without a refusal, half as many after a refusal with 429 (Too Many Requests),
//! which is how a server says that its limits or its priority and fairness are reached.

/// How many requests may be in flight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    most: usize,
    allowed: usize,
    /// Answers since the last change.
    answered: usize,
    /// Requests that were sent before the last halving: what they meet says nothing of it.
    before: usize,
}

impl Window {
    /// Up to `most`, and as many to begin with.
    #[must_use]
    pub fn new(most: usize) -> Window {
        let most = most.max(1);
        Window {
            most,
            allowed: most,
            answered: 0,
            before: 0,
        }
    }

    /// How many may be in flight now, at least one.
    #[must_use]
    pub fn allowed(&self) -> usize {
        self.allowed
    }

    /// One request has ended.
    pub fn on_end(&mut self) {
        if self.before > 0 {
            self.before -= 1;
            return;
        }
        self.answered += 1;
        if self.answered >= self.allowed {
            self.answered = 0;
            self.allowed = (self.allowed + 1).min(self.most);
        }
    }

    /// The server asked for fewer while this many were `in_flight`.
    pub fn on_too_many(&mut self, in_flight: usize) {
        if self.before > 0 {
            return;
        }
        self.allowed = (self.allowed / 2).max(1);
        self.answered = 0;
        self.before = in_flight;
    }
}

#[cfg(test)]
mod tests {
    use super::Window;

    /// What happens, as a letter each: `.` an end, `x` a refusal with all that is allowed in flight.
    fn after(most: usize, happens: &str) -> usize {
        let mut window = Window::new(most);
        for letter in happens.chars() {
            match letter {
                '.' => window.on_end(),
                _ => window.on_too_many(window.allowed()),
            }
        }
        window.allowed()
    }

    #[test]
    fn it_halves_at_a_refusal_and_grows_by_one_a_round() {
        let dots = |count| ".".repeat(count);
        let table = [
            (16, String::new(), 16),
            // Never more than was asked for.
            (16, dots(100), 16),
            (16, "x".to_owned(), 8),
            // All of one burst count once.
            (16, "xxxx".to_owned(), 8),
            (16, format!("x{}x", dots(15)), 8),
            (16, format!("x{}x", dots(16)), 4),
            // The 16 of the burst end, and then a round of 8.
            (16, format!("x{}", dots(16 + 7)), 8),
            (16, format!("x{}", dots(16 + 8)), 9),
            (16, format!("x{}", dots(16 + 8 + 9)), 10),
            // One is always allowed.
            (2, format!("x{}x", dots(2)), 1),
            (1, "x".to_owned(), 1),
            (0, String::new(), 1),
        ];
        for (most, happens, expected) in table {
            assert_eq!(after(most, &happens), expected, "{most}: {happens}");
        }
    }

    #[test]
    fn it_settles_near_what_a_server_takes() {
        let takes = 4;
        let (mut window, mut refused, mut most) = (Window::new(16), 0, 0);
        for request in 0..1000 {
            if window.allowed() > takes {
                refused += 1;
                window.on_too_many(window.allowed());
            }
            window.on_end();
            if request >= 100 {
                most = most.max(window.allowed());
            }
        }
        assert!(most <= takes + 1, "{most} at once");
        assert!(refused < 100, "{refused} refused");
    }
}
