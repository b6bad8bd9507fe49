//! Colour: on terminals only, and never where `NO_COLOR` is set.

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
pub(crate) const KEY: Style = AnsiColor::Blue.on_default();
pub(crate) const MUTED: Style = Style::new().dimmed();
pub(crate) const HEADING: Style = Style::new().bold();

/// Whether what goes to standard output may have colours.
pub(crate) fn is_wanted() -> bool {
    AutoStream::choice(&std::io::stdout()) != ColorChoice::Never
}

/// Text in this style, where colours are wanted.
pub(crate) fn painted(text: &str, style: Style, is_wanted: bool) -> String {
    if is_wanted { format!("{style}{text}{style:#}") } else { text.to_owned() }
}
