//! Colour: on terminals only. What forces it stands for a terminal here.

use crate::command::{Folder, ros_z};

#[test]
fn colours_are_for_terminals() {
    let folder = Folder::new("colours_are_for_terminals");
    let coloured = |variables: &[(&str, &str)]| {
        let mut command = ros_z(&["decode", "no/such/Type/name"]);
        command.current_dir(folder.path()).env_remove("NO_COLOR").envs(variables.iter().copied());
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let text = String::from_utf8(output.stderr).unwrap();
        let is_plain = text.starts_with("error: `no/such/Type/name` ");
        let is_coloured = text.starts_with("\u{1b}[1m\u{1b}[31merror:\u{1b}[0m `no/such/Type/name` ");
        assert!(is_plain != is_coloured, "{text:?}");
        is_coloured
    };
    assert!(!coloured(&[]));
    assert!(coloured(&[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
}
