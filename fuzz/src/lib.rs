//! Fuzzers that need no nightly compiler: they mutate the fixtures and keep every input that is answered in a new way,
//! for as many seconds as the first argument says; the second one is the seed of a run to repeat.
//!
//! Used by the binaries in `fuzz_targets/`. An input that makes something panic, lie or dawdle is written to
//! `artifacts/` and named, and the process ends with 1.

#[path = "../../tests/hostile/attack.rs"]
mod attack;
pub mod codec;
pub mod parsers;
#[path = "../../tests/hostile/parts.rs"]
mod parts;
#[path = "../../tests/reference/mod.rs"]
mod reference;

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};
use std::{env, fs, process};

/// No input of the size that is made here may take longer.
const SLOWEST: Duration = Duration::from_secs(1);

/// What is attacked, and the inputs that others are made of.
pub trait Target {
    /// One input.
    type Input;
    /// A new input.
    fn make(&self, random: &mut fastrand::Rng) -> Self::Input;
    /// What is said about an input, in a few words; panics where that is wrong.
    fn answer(&self, input: &Self::Input) -> String;
    /// An input that got a new answer.
    fn keep(&mut self, input: Self::Input);
    /// The extension and the contents of a file for an input.
    fn file(input: &Self::Input) -> (String, &[u8]);
}

/// Attacks until the time is up.
pub fn run<T: Target>(mut target: T) {
    let argument = |index: usize| env::args().nth(index).and_then(|text| text.parse().ok());
    let seconds = argument(1).unwrap_or(10);
    let seed = argument(2).unwrap_or_else(|| RandomState::new().hash_one(0));
    let mut random = fastrand::Rng::with_seed(seed);
    let program = env::args().next().unwrap_or_default();
    let name = Path::new(&program).file_stem().and_then(|name| name.to_str()).unwrap_or_default();
    println!("{name}: {seconds} s, seed {seed}");

    let mut answers: HashMap<String, usize> = HashMap::new();
    let (start, mut count) = (Instant::now(), 0_u64);
    while start.elapsed() < Duration::from_secs(seconds) {
        let input = target.make(&mut random);
        let begin = Instant::now();
        let answered = catch_unwind(AssertUnwindSafe(|| target.answer(&input)));
        match answered {
            Ok(answer) if begin.elapsed() < SLOWEST => {
                let seen = answers.entry(answer).or_default();
                *seen += 1;
                if *seen <= 3 {
                    target.keep(input);
                }
            }
            _ => {
                let (extension, contents) = T::file(&input);
                let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts");
                let file = folder.join(format!("{seed:x}-{count}.{extension}"));
                fs::create_dir_all(&folder)
                    .and_then(|()| fs::write(&file, contents))
                    .expect("a place for the input");
                eprintln!("{name}: after {:?}: {}", begin.elapsed(), file.display());
                process::exit(1);
            }
        }
        count += 1;
    }
    println!("{name}: {count} inputs, {} different answers, no fault", answers.len());
}

/// A message without what it quotes and counts.
pub(crate) fn template(message: &str) -> String {
    let outside = message.split('`').step_by(2).collect::<Vec<_>>().join("`");
    outside.replace(|c: char| c.is_ascii_digit(), "")
}
