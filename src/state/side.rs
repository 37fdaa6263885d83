//! Tree and card: which changes are marked, what is open, what is chosen, and what the engine
//! has told about files so far.
//!
//! Text: `changes=step`, `node=./DevInfo`, `card` and `card=3F00/2FE2` where the card is shown,
//! `file=3F00/2FE2` where it is not, `open=…` and `shut=…` for branches.

use crate::address::Query;
use crate::engine::FileParts;
use crate::panes::card::layout as card;
use crate::playback::RunHandle;
use crate::state::Ordered;
use crate::words::fill;
use std::rc::Rc;

/// Which changes are marked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TreeScope {
    /// Those of the present one of the enabler's steps.
    Step,
    /// All since the start of the run.
    #[default]
    Run,
}

impl TreeScope {
    /// The word in addresses and orders.
    pub fn id(self) -> &'static str {
        match self {
            TreeScope::Step => "step",
            TreeScope::Run => "run",
        }
    }

    /// The scope with that word.
    pub fn from_id(id: &str) -> Option<TreeScope> {
        [TreeScope::Step, TreeScope::Run]
            .into_iter()
            .find(|scope| scope.id() == id)
    }
}

/// Branches opened (true) and closed by hand.
pub type Branches = Ordered<String, bool>;

/// Tree and card.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// Which changes are marked.
    pub scope: TreeScope,
    /// Branches opened and closed by hand.
    pub branches: Rc<Branches>,
    /// The chosen node.
    pub node: Option<String>,
    /// Path of the chosen file of the card.
    pub file: Option<String>,
    /// What states of files mean, as far as it is known, by number of the state.
    pub parts: Rc<Ordered<u32, Rc<FileParts>>>,
}

/// What is wanted of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SideAction {
    /// Which changes are marked.
    SetScope(TreeScope),
    /// The other scope.
    ToggleScope,
    /// Open or close a branch.
    SetBranch(String, bool),
    /// Choose a node, or none.
    SelectNode(Option<String>),
    /// Choose a file of the card, or none.
    SelectFile(Option<String>),
    /// The engine told what a state of a file of this run means.
    Parts(RunHandle, u32, Rc<FileParts>),
}

impl Side {
    /// Forgets what belongs to a run, and with another story what was opened and chosen.
    pub(super) fn forget(&mut self, same_story: bool) {
        self.parts = Rc::default();
        if !same_story {
            self.branches = Rc::default();
            self.give_up();
        }
    }

    /// Gives up what was chosen.
    pub(super) fn give_up(&mut self) {
        self.node = None;
        self.file = None;
    }

    fn set_branch(&mut self, key: String, open: bool) {
        Rc::make_mut(&mut self.branches).insert(key, open);
    }

    pub(super) fn change(&mut self, action: SideAction, run: &RunHandle) {
        match action {
            SideAction::SetScope(scope) => self.scope = scope,
            SideAction::ToggleScope => {
                self.scope = match self.scope {
                    TreeScope::Step => TreeScope::Run,
                    TreeScope::Run => TreeScope::Step,
                }
            }
            SideAction::SetBranch(uri, open) => self.set_branch(uri, open),
            SideAction::SelectNode(uri) => self.node = uri,
            SideAction::SelectFile(path) => {
                for above in path.as_deref().into_iter().flat_map(card::above) {
                    self.set_branch(above.to_owned(), true);
                }
                self.file = path;
            }
            SideAction::Parts(of, key, parts) => {
                if of == *run {
                    Rc::make_mut(&mut self.parts).insert(key, parts);
                }
            }
        }
    }

    /// Text form.
    pub(super) fn text(&self) -> SideText {
        SideText {
            scope: self.scope,
            node: self.node.clone(),
            file: self.file.clone(),
            branches: (*self.branches).clone(),
        }
    }

    /// Shows what a text says.
    pub(super) fn read(&mut self, text: &SideText, run: &RunHandle, problems: &mut Vec<String>) {
        self.scope = text.scope;
        self.node = text.node.clone();
        self.branches = Rc::new(text.branches.clone());
        let file = text.file.clone().filter(|path| {
            let there = run.trace().card.has_file(path);
            if !there {
                problems.push(fill("address.no-file", &[("path", path.clone())]));
            }
            there
        });
        self.change(SideAction::SelectFile(file), run);
    }
}

/// Text form of tree and card.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SideText {
    /// Which changes are marked.
    pub scope: TreeScope,
    /// The chosen node.
    pub node: Option<String>,
    /// The chosen file.
    pub file: Option<String>,
    /// Branches opened and closed by hand.
    pub branches: Branches,
}

impl SideText {
    pub(crate) fn read(query: &mut Query, problems: &mut Vec<String>) -> SideText {
        let mut text = SideText::default();
        if let Some(value) = query.take("changes") {
            match TreeScope::from_id(&value) {
                Some(scope) => text.scope = scope,
                None => problems.push(fill("address.no-scope", &[("scope", value)])),
            }
        }
        let given = |value: Option<String>| value.filter(|value| !value.is_empty());
        text.node = given(query.take("node"));
        // The card is shown or not by `card`, which belongs to the shell and is read there.
        text.file = given(query.take("file")).or_else(|| given(query.peek("card")));
        for (key, open) in [("open", true), ("shut", false)] {
            for branch in query.take_all(key) {
                text.branches.insert(branch, open);
            }
        }
        text
    }

    pub(crate) fn write(&self, query: &mut Query, card_is_shown: bool) {
        match &self.file {
            Some(file) if card_is_shown => query.push("card", file.clone()),
            Some(file) => query.push("file", file.clone()),
            None if card_is_shown => query.push("card", ""),
            None => {}
        }
        if self.scope != TreeScope::default() {
            query.push("changes", self.scope.id());
        }
        if let Some(node) = &self.node {
            query.push("node", node.clone());
        }
        for (key, open) in self.branches.iter() {
            query.push(if *open { "open" } else { "shut" }, key.clone());
        }
    }
}
