//! The sentences of a guide: files of Markdown, in which a heading is a key and the paragraph
//! below it the sentence. Knows neither run nor step.

/// Sentences by key, file by file; what the first file lacks, the next may have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sentences(Vec<(String, Vec<(String, String)>)>);

impl Sentences {
    /// Reads files by name and text, in the order in which they are asked.
    pub fn new(files: Vec<(String, String)>) -> Self {
        let read = |(name, text): (String, String)| (name, parse(&text).collect());
        Sentences(files.into_iter().map(read).collect())
    }

    /// The first of these keys that a file has, the first file first: name of the file, key and
    /// sentence. There are few, so lists will do.
    pub fn find(&self, keys: &[String]) -> Option<(&str, &str, &str)> {
        self.0.iter().find_map(|(file, sentences)| {
            let found = keys
                .iter()
                .find_map(|key| sentences.iter().find(|(known, _)| known == key));
            let (key, sentence) = found?;
            Some((file.as_str(), key.as_str(), sentence.as_str()))
        })
    }

    /// All keys, each with the name of its file.
    pub fn keys(&self) -> impl Iterator<Item = (&str, &str)> {
        let files = self.0.iter();
        files.flat_map(|(file, all)| all.iter().map(|(key, _)| (file.as_str(), key.as_str())))
    }
}

/// Headings of the second level with the paragraph below each, its lines joined.
fn parse(text: &str) -> impl Iterator<Item = (String, String)> {
    text.split("\n## ").skip(1).map(|part| {
        let (key, body) = part.split_once('\n').unwrap_or((part, ""));
        let lines: Vec<&str> = body.lines().map(str::trim).collect();
        (key.trim().to_owned(), lines.join(" ").trim().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_file_that_has_a_key_says_it() {
        let file = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        let sentences = Sentences::new(vec![
            file("story", "# Title\n\n## a 1\nOne\nline.\n"),
            file("events", "# Title\n\n## a\nAny a.\n\n## b\nAny b.\n"),
        ]);
        let find = |keys: &[&str]| {
            let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
            sentences.find(&keys)
        };
        assert_eq!(find(&["a 1", "a"]), Some(("story", "a 1", "One line.")));
        assert_eq!(find(&["a 2", "a"]), Some(("events", "a", "Any a.")));
        assert_eq!(find(&["c"]), None);
        assert_eq!(sentences.keys().count(), 3);
    }
}
