//! Text as a terminal shows it: how wide it is, cut to a width, and times in few words.

use std::time::Duration;
use unicode_width::UnicodeWidthChar as _;

/// How many columns `text` takes.
pub fn columns(text: &str) -> usize {
    text.chars().map(of_letter).sum()
}

fn of_letter(letter: char) -> usize {
    letter.width().unwrap_or(0)
}

/// As much of `text` as there is room for in so many columns, with a sign where something is left out.
pub fn cut(text: &str, room: usize) -> String {
    if columns(text) <= room {
        return text.to_owned();
    }
    let mut left = room.saturating_sub(1);
    let fits = |letter: &char| {
        let enough = of_letter(*letter) <= left;
        left = left.saturating_sub(of_letter(*letter));
        enough
    };
    let mut shown: String = text.chars().take_while(fits).collect();
    if room > 0 {
        shown.push('…');
    }
    shown
}

/// `text` on `most` lines at the most, between words where that goes: so many columns on the first, so many on others.
pub fn wrap(text: &str, first: usize, others: usize, most: usize) -> Vec<String> {
    let (mut lines, mut rest, mut room) = (Vec::new(), text, first);
    while lines.len() + 1 < most && columns(rest) > room {
        let end = break_of(rest, room);
        lines.push(rest[..end].trim_end().to_owned());
        (rest, room) = (rest[end..].trim_start(), others);
    }
    lines.push(cut(rest, room));
    lines
}

/// Where a line of so many columns ends: behind its last word, or in it if there is no other.
fn break_of(text: &str, room: usize) -> usize {
    let mut wide = 0;
    let is_over = |(_, letter): &(usize, char)| {
        wide += of_letter(*letter);
        wide > room
    };
    let over = text.char_indices().find(is_over);
    let over = over.map_or(text.len(), |(at, _)| at);
    if text[over..].starts_with(' ') {
        return over;
    }
    let space = text[..over].rfind(' ').filter(|at| *at > 0);
    space.unwrap_or(over)
}

/// `text` on one line, without what would move the cursor.
pub fn on_one_line(text: &str) -> String {
    let words = text.split(|letter: char| letter.is_whitespace() || letter.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// How long something takes.
pub fn long(time: Duration) -> String {
    let seconds = time.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::{columns, cut, long, on_one_line, wrap};
    use std::time::Duration;

    #[test]
    fn text_is_cut_to_columns_not_letters() {
        let cases = [
            ("short", 5, "short"),
            ("longer", 5, "long…"),
            ("日本語", 6, "日本語"),
            ("日本語", 5, "日本…"),
            ("日本語", 4, "日…"),
            ("e\u{301}te\u{301}", 3, "e\u{301}te\u{301}"),
            ("some", 1, "…"),
            ("some", 0, ""),
        ];
        for (text, room, wanted) in cases {
            assert_eq!(cut(text, room), wanted, "{text} in {room}");
            assert!(columns(&cut(text, room)) <= room, "{text} in {room}");
        }
    }

    #[test]
    fn text_is_broken_between_words() {
        let cases: [(&str, usize, usize, usize, &[&str]); 6] = [
            ("one two", 7, 9, 3, &["one two"]),
            ("one two three", 8, 9, 3, &["one two", "three"]),
            ("one two three", 7, 9, 3, &["one two", "three"]),
            ("one two three", 8, 4, 2, &["one two", "thr…"]),
            ("one two three", 8, 9, 1, &["one two…"]),
            ("日本語 日本語", 5, 9, 3, &["日本", "語 日本語"]),
        ];
        for (text, first, others, most, wanted) in cases {
            assert_eq!(wrap(text, first, others, most), wanted, "{text}");
        }
    }

    #[test]
    fn what_would_move_the_cursor_is_left_out() {
        assert_eq!(on_one_line("a\n  b\x1b[2J\tc"), "a b [2J c");
    }

    #[test]
    fn times_are_told_in_at_most_two_units() {
        let told = [0, 59, 60, 3599, 3600, 7325].map(|of| long(Duration::from_secs(of)));
        let wanted = [
            "0 s",
            "59 s",
            "1 min 0 s",
            "59 min 59 s",
            "1 h 0 min",
            "2 h 2 min",
        ];
        assert_eq!(told, wanted);
    }
}
