//! libwbxml in a process of its own: built from a few lines of C where the library is there.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// What converts.
pub(crate) struct LibWbxml(PathBuf);

impl LibWbxml {
    /// Builds the program; the error is why it cannot be had.
    pub(crate) fn build() -> Result<LibWbxml, String> {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/libwbxml.c");
        static BUILT: AtomicU32 = AtomicU32::new(0);
        let number = BUILT.fetch_add(1, Ordering::Relaxed);
        let name = format!("libwbxml-{}-{number}", std::process::id());
        let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let output = Command::new("cc")
            .arg("-O1")
            .arg(&source)
            .arg("-o")
            .arg(&program)
            .arg("-l:libwbxml2.so.1")
            .output()
            .map_err(|error| format!("no C compiler: cc: {error}"))?;
        if output.status.success() {
            return Ok(LibWbxml(program));
        }
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let reason = said.lines().find(|line| line.contains("libwbxml2"));
        Err(format!(
            "no libwbxml2 (Debian: libwbxml2-utils): {}",
            reason.unwrap_or(&said)
        ))
    }

    /// Each document as XML, or the library's error code.
    pub(crate) fn to_xml(&self, documents: &[Vec<u8>]) -> Vec<Result<Vec<u8>, u32>> {
        self.convert("to-xml", documents)
    }

    /// Each document as WBXML, or the library's error code.
    pub(crate) fn to_wbxml(&self, documents: &[Vec<u8>]) -> Vec<Result<Vec<u8>, u32>> {
        self.convert("to-wbxml", documents)
    }

    /// Its token tables, a line for each entry.
    pub(crate) fn tables(&self) -> String {
        let output = Command::new(&self.0).arg("tables").output().unwrap();
        assert!(output.status.success(), "libwbxml broke down");
        String::from_utf8(output.stdout).unwrap()
    }

    fn convert(&self, how: &str, documents: &[Vec<u8>]) -> Vec<Result<Vec<u8>, u32>> {
        let mut child = Command::new(&self.0)
            .arg(how)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = Vec::new();
        for document in documents {
            input.extend((document.len() as u32).to_be_bytes());
            input.extend(document);
        }
        let mut to = child.stdin.take().unwrap();
        let writer = std::thread::spawn(move || to.write_all(&input));
        let mut output = Vec::new();
        child
            .stdout
            .take()
            .unwrap()
            .read_to_end(&mut output)
            .unwrap();
        writer.join().unwrap().unwrap();
        assert!(child.wait().unwrap().success(), "libwbxml broke down");
        let mut rest = &output[..];
        let number = |rest: &mut &[u8]| {
            let (head, tail) = rest.split_first_chunk::<4>().unwrap();
            *rest = tail;
            u32::from_be_bytes(*head)
        };
        let mut results = Vec::new();
        while !rest.is_empty() {
            let error = number(&mut rest);
            let length = number(&mut rest) as usize;
            let (document, tail) = rest.split_at(length);
            rest = tail;
            results.push(if error == 0 {
                Ok(document.to_vec())
            } else {
                Err(error)
            });
        }
        assert_eq!(results.len(), documents.len());
        results
    }
}

impl Drop for LibWbxml {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
