//! Wireshark without its window, on a capture file.

use crate::programs::is_there;
use std::path::PathBuf;
use std::process::Command;

/// A capture file that Wireshark reads.
pub(crate) struct Tshark(PathBuf);

impl Tshark {
    /// The program with a capture file, which goes with it; or a word on why it is not there.
    pub(crate) fn open(path: PathBuf) -> Option<Tshark> {
        let capture = Tshark(path);
        is_there("tshark", "tshark").then_some(capture)
    }

    /// What it says with these arguments.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let output = Command::new("tshark")
            .arg("-n")
            .arg("-r")
            .arg(&self.0)
            .args(arguments)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// How many packets a display filter finds.
    pub(crate) fn matching(&self, filter: &str) -> usize {
        let all = self.run(&["-Y", filter, "-T", "fields", "-e", "frame.number"]);
        all.lines().count()
    }

    /// Nothing is malformed, cut or against a specification.
    pub(crate) fn is_content(&self) {
        // The number is that of warnings; errors have a greater one.
        for filter in [
            "_ws.malformed",
            "_ws.short",
            "_ws.expert.severity >= 0x600000",
        ] {
            let bad = self.run(&["-Y", filter, "-V"]);
            assert!(bad.is_empty(), "{filter}: {}", &bad[..bad.len().min(6000)]);
        }
    }
}

impl Drop for Tshark {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
