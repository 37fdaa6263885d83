//! Files that hold secrets, such as trees and cards: their owner's alone, and whole or as before,
//! whatever happens while they are written.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use tempfile::NamedTempFile;

/// Writes a file that only its owner may read. What is no ordinary file, such as a pipe, is
/// written as it is.
pub(crate) fn write(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    // Of a link the file behind it is written, and the link stays.
    let file = std::fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    if std::fs::metadata(&file).is_ok_and(|known| !known.is_file()) {
        return OpenOptions::new().write(true).open(&file)?.write_all(bytes);
    }
    let folder = file.parent().filter(|f| !f.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    // Such a file is made for its owner alone.
    let mut part = NamedTempFile::new_in(folder)?;
    part.write_all(bytes)?;
    part.as_file().sync_all()?;
    part.persist(&file).map_err(|e| e.error)?;
    // The new name lasts when the folder is written too; where that cannot be, the file is.
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_file_is_replaced_whole_and_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tree.xml");
        std::fs::write(&file, "what was there, and longer").unwrap();
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o644)).unwrap();
        let link = folder.path().join("link.xml");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write(&link, b"new").unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), b"new");
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        // Nothing is left beside it.
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_cannot_be_written_stays_as_it_was() {
        assert!(write(Path::new("/dev/null"), b"x").is_ok());
        let folder = tempfile::tempdir().unwrap();
        assert!(write(&folder.path().join("none").join("tree"), b"x").is_err());
        assert!(write(folder.path(), b"x").is_err());
    }
}
