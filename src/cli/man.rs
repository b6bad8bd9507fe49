//! `ros-z man`: a manual page for each verb, from the same table that `--help` prints.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Command, CommandFactory};
use clap_mangen::Man;
use serde_json::json;

use crate::error::{Error, ErrorKind, Result};

use super::listing::row;
use super::output::{Outcome, Output};
use super::{Cli, Global};

/// Write manual pages of all verbs
#[derive(Args)]
#[command(after_help = "Example:\n  ros-z man --output ~/.local/share/man/man1")]
pub(crate) struct ManPages {
    /// Folder to write to
    #[arg(short, long, default_value = "man", value_name = "DIR")]
    output: PathBuf,
}

/// Writes the pages and prints the name of each file.
pub(crate) fn run(args: &ManPages, global: &Global) -> Outcome {
    let mut command = Cli::command();
    command.build();
    let failed = |path: &Path, error: std::io::Error| {
        Error::new(ErrorKind::Io, format!("cannot write `{}`: {error}", path.display()))
    };
    fs::create_dir_all(&args.output).map_err(|error| failed(&args.output, error))?;
    let mut output = Output::default();
    for page in pages(&command) {
        let file = args.output.join(page.get_filename());
        write(&page, &file).map_err(|error| failed(&file, error))?;
        let name = file.to_string_lossy();
        row(&mut output, global.json, || name.to_string(), json!({ "file": name }))?;
    }
    Ok(())
}

fn write(page: &Man, file: &Path) -> Result<(), std::io::Error> {
    page.render(&mut fs::File::create(file)?)
}

/// The page of a verb, and those of the verbs below it.
fn pages(command: &Command) -> Vec<Man> {
    let below = command.get_subcommands().filter(|verb| !verb.is_hide_set()).flat_map(pages);
    std::iter::once(Man::new(command.clone())).chain(below).collect()
}
