//! The enabler's architecture as boxes and lines (OMA-AD-DM_SC-V1_0, figure 2), and the way a
//! step takes in it.
//!
//! In rem from the upper left corner. The terminal, which the figure does not draw, stands
//! between the DM Client and the card as the bridge that carries everything across.

use dmsc_core::trace::{Actor, Interface, Step};

/// A box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The network's DM Server.
    NetworkDmServer,
    /// External Card Management System.
    Ecms,
    /// The DM Client.
    DmClient,
    /// The terminal.
    Terminal,
    /// The card's DM Server.
    CardDmServer,
    /// The card's trigger.
    CardTrigger,
    /// The card's bootstrap files.
    CardBootstrap,
}

/// A rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// Left.
    pub x: f64,
    /// Top.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Rect {
    fn new(x: f64, y: f64, width: f64, height: f64) -> Self {
        Rect {
            x,
            y,
            width,
            height,
        }
    }

    /// Middle, from the left.
    pub fn middle(&self) -> f64 {
        self.x + self.width / 2.0
    }

    /// Middle, from the top.
    pub fn centre(&self) -> f64 {
        self.y + self.height / 2.0
    }

    fn right(&self) -> f64 {
        self.x + self.width
    }
}

/// A part with its place and words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Box {
    /// Which.
    pub part: Part,
    /// Where.
    pub rect: Rect,
    /// Name of its words.
    pub name: &'static str,
    /// Name of more words about it; empty where there is no room.
    pub role: &'static str,
}

/// A group of boxes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Group {
    /// Where.
    pub rect: Rect,
    /// Name of its words; empty where there is no room.
    pub name: &'static str,
    /// The smart card.
    pub card: bool,
}

/// A line from left to right.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// Whose colour.
    pub interface: Interface,
    /// What stands on it.
    pub name: &'static str,
    /// At its left end.
    pub left: Actor,
    /// At its right end.
    pub right: Actor,
    /// Left end.
    pub start: (f64, f64),
    /// Right end.
    pub end: (f64, f64),
    /// Middle of its label.
    pub label: (f64, f64),
    /// Width of its label.
    pub label_width: f64,
}

/// The picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
    /// Behind.
    pub groups: Vec<Group>,
    /// Between.
    pub lines: Vec<Line>,
    /// In front.
    pub boxes: Vec<Box>,
}

/// The way a step takes: which line, from where to where.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Way {
    /// Index of the line.
    pub line: usize,
    /// Where it starts.
    pub from: (f64, f64),
    /// Where it arrives.
    pub to: (f64, f64),
}

impl Picture {
    /// The picture for a place of that width; narrow places get a smaller one.
    pub fn new(width: f64) -> Self {
        if width >= 38.0 {
            Self::wide(width.min(72.0))
        } else {
            Self::narrow(width.max(20.0))
        }
    }

    fn wide(width: f64) -> Self {
        let height = 10.25;
        let side = 10.0;
        let authority = Rect::new(0.5, 0.25, side, height - 0.5);
        let card = Rect::new(width - side - 0.5, 0.25, side, height - 0.5);
        let between = card.x - authority.right();
        let gap = (between * 0.23).clamp(4.5, 9.0);
        let device = Rect::new(
            authority.right() + gap,
            0.25,
            between - 2.0 * gap,
            height - 2.25,
        );
        let client_width = (device.width - 4.5).clamp(4.5, 12.0);
        let client = Rect::new(device.x + 0.75, 1.75, client_width, 5.75);
        let terminal = Rect::new(device.right() - 2.75, 1.75, 2.0, 5.75);
        let inner = side - 1.5;
        let boxes = vec![
            Box {
                part: Part::NetworkDmServer,
                rect: Rect::new(authority.x + 0.75, 1.75, inner, 2.6),
                name: "server",
                role: "network",
            },
            Box {
                part: Part::Ecms,
                rect: Rect::new(authority.x + 0.75, height - 3.9, inner, 3.15),
                name: "ecms",
                role: "ecms-role",
            },
            Box {
                part: Part::DmClient,
                rect: client,
                name: "client",
                role: "client-role",
            },
            Box {
                part: Part::Terminal,
                rect: terminal,
                name: "terminal",
                role: "",
            },
            Box {
                part: Part::CardDmServer,
                rect: Rect::new(card.x + 0.75, 1.75, inner, 2.1),
                name: "server",
                role: "",
            },
            Box {
                part: Part::CardTrigger,
                rect: Rect::new(card.x + 0.75, 4.25, inner, 2.1),
                name: "trigger",
                role: "",
            },
            Box {
                part: Part::CardBootstrap,
                rect: Rect::new(card.x + 0.75, 6.75, inner, 2.1),
                name: "bootstrap",
                role: "",
            },
        ];
        let groups = vec![
            Group {
                rect: authority,
                name: "authority",
                card: false,
            },
            Group {
                rect: device,
                name: "device",
                card: false,
            },
            Group {
                rect: card,
                name: "smart-card",
                card: true,
            },
        ];
        let out = boxes[0].rect.right();
        let into = boxes[4].rect.x;
        let left_gap = (authority.right() + device.x) / 2.0;
        let right_gap = (device.right() + card.x) / 2.0;
        let low = height - 1.35;
        let lines = vec![
            line(
                Interface::Dm1,
                "DM-1",
                Actor::NetworkDmServer,
                Actor::DmClient,
                (out, 2.35),
                (client.x, 2.35),
                left_gap,
            ),
            line(
                Interface::Dm2,
                "DM-2",
                Actor::NetworkDmServer,
                Actor::DmClient,
                (out, 3.75),
                (client.x, 3.75),
                left_gap,
            ),
            line(
                Interface::Dm1,
                "DM-1",
                Actor::Ecms,
                Actor::DmClient,
                (out, 7.0),
                (client.x, 6.2),
                left_gap,
            ),
            line(
                Interface::Update,
                "update",
                Actor::Ecms,
                Actor::Card,
                (out, low),
                (card.x, low),
                device.middle(),
            ),
            line(
                Interface::Dm2,
                "DM-2",
                Actor::DmClient,
                Actor::CardDmServer,
                (client.right(), 2.8),
                (into, 2.8),
                right_gap,
            ),
            line(
                Interface::DmSc1,
                "DM-SC-1",
                Actor::DmClient,
                Actor::CardTrigger,
                (client.right(), 5.2),
                (into, 5.2),
                right_gap,
            ),
            line(
                Interface::Dm3,
                "DM-3/CP-1",
                Actor::DmClient,
                Actor::Card,
                (client.right(), 7.1),
                (into, 7.1),
                right_gap,
            ),
        ];
        Picture {
            width,
            height,
            groups,
            lines,
            boxes,
        }
    }

    fn narrow(width: f64) -> Self {
        let (height, side) = (7.0, 4.4);
        let client = Rect::new((width - side) / 2.0, 0.4, side, 5.0);
        let card = Rect::new(width - side - 0.3, 0.1, side + 0.25, height - 0.2);
        let small = |part, x, y, h, name| Box {
            part,
            rect: Rect::new(x, y, side - 0.1, h),
            name,
            role: "",
        };
        let boxes = vec![
            small(Part::NetworkDmServer, 0.1, 0.4, 1.75, "server"),
            small(Part::Ecms, 0.1, 4.1, 2.6, "ecms"),
            Box {
                part: Part::DmClient,
                rect: client,
                name: "client",
                role: "",
            },
            small(Part::CardDmServer, card.x + 0.2, 0.4, 1.75, "server"),
            small(Part::CardTrigger, card.x + 0.2, 2.4, 1.75, "trigger"),
            small(Part::CardBootstrap, card.x + 0.2, 4.4, 1.75, "bootstrap"),
        ];
        let out = boxes[0].rect.right();
        let into = boxes[3].rect.x;
        let left_gap = (out + client.x) / 2.0;
        let right_gap = (client.right() + card.x) / 2.0;
        let mut lines = vec![
            line(
                Interface::Dm1,
                "DM-1",
                Actor::NetworkDmServer,
                Actor::DmClient,
                (out, 0.9),
                (client.x, 0.9),
                left_gap,
            ),
            line(
                Interface::Dm2,
                "DM-2",
                Actor::NetworkDmServer,
                Actor::DmClient,
                (out, 2.2),
                (client.x, 2.2),
                left_gap,
            ),
            line(
                Interface::Dm1,
                "DM-1",
                Actor::Ecms,
                Actor::DmClient,
                (out, 4.6),
                (client.x, 4.6),
                left_gap,
            ),
            line(
                Interface::Update,
                "update",
                Actor::Ecms,
                Actor::Card,
                (out, 6.2),
                (card.x, 6.2),
                client.middle(),
            ),
            line(
                Interface::Dm2,
                "DM-2",
                Actor::DmClient,
                Actor::CardDmServer,
                (client.right(), 1.2),
                (into, 1.2),
                right_gap,
            ),
            line(
                Interface::DmSc1,
                "DM-SC-1",
                Actor::DmClient,
                Actor::CardTrigger,
                (client.right(), 3.2),
                (into, 3.2),
                right_gap,
            ),
            line(
                Interface::Dm3,
                "DM-3/CP-1",
                Actor::DmClient,
                Actor::Card,
                (client.right(), 5.0),
                (into, 5.0),
                right_gap,
            ),
        ];
        for line in &mut lines {
            line.label_width = 0.7 + 0.4 * line.name.len() as f64;
        }
        Picture {
            width,
            height,
            groups: vec![Group {
                rect: card,
                name: "",
                card: true,
            }],
            lines,
            boxes,
        }
    }

    /// The way a step takes; `None` for what happens inside an actor.
    pub fn way(&self, step: &Step) -> Option<Way> {
        if step.from.lane() == step.to.lane() {
            return None;
        }
        let (from, to) = (step.from.lane(), step.to.lane());
        // What reaches or leaves the device, or goes through it, meets its terminal.
        let device = |line: &Line| {
            [line.left, line.right].contains(&Actor::DmClient)
                || line.interface == Interface::Update
        };
        let joins = |line: &Line, actor: Actor| {
            line.left.lane() == actor
                || line.right.lane() == actor
                || (actor == Actor::Terminal && device(line))
        };
        let wanted = match step.interface {
            Interface::Cp1 => Interface::Dm3,
            // What carries nothing of the enabler's takes the road of the session.
            Interface::Internal => Interface::Dm2,
            other => other,
        };
        let at = self
            .lines
            .iter()
            .position(|line| line.interface == wanted && joins(line, from) && joins(line, to))?;
        let line = &self.lines[at];
        Some(Way {
            line: at,
            from: self.place(line, from),
            to: self.place(line, to),
        })
    }

    /// Where an actor meets a line.
    fn place(&self, line: &Line, actor: Actor) -> (f64, f64) {
        let terminal = || {
            self.boxes
                .iter()
                .find(|one| one.part == Part::Terminal)
                .map(|one| one.rect.middle())
        };
        if line.left.lane() == actor {
            line.start
        } else if actor == Actor::Terminal && line.right == Actor::DmClient {
            line.end
        } else if let (Actor::Terminal, Some(x)) = (actor, terminal()) {
            let share = (x - line.start.0) / (line.end.0 - line.start.0);
            (x, line.start.1 + share * (line.end.1 - line.start.1))
        } else if actor == Actor::Terminal {
            line.start
        } else {
            line.end
        }
    }

    /// The parts that take part in a step.
    pub fn lit(step: &Step) -> Vec<Part> {
        let mut parts: Vec<Part> = [step.from, step.to]
            .into_iter()
            .filter_map(|actor| match (actor, step.interface) {
                (Actor::Ecms, _) => Some(Part::Ecms),
                (Actor::NetworkDmServer, _) => Some(Part::NetworkDmServer),
                (Actor::User | Actor::DmClient, _) => Some(Part::DmClient),
                (Actor::Terminal, _) => Some(Part::Terminal),
                (Actor::CardDmServer, _) => Some(Part::CardDmServer),
                (Actor::CardTrigger, _) => Some(Part::CardTrigger),
                (Actor::Card, Interface::Dm2) => Some(Part::CardDmServer),
                (Actor::Card, Interface::DmSc1) => Some(Part::CardTrigger),
                (Actor::Card, Interface::Dm3 | Interface::Cp1 | Interface::Update) => {
                    Some(Part::CardBootstrap)
                }
                // He has no part in the enabler.
                (Actor::Card | Actor::Rogue, _) => None,
            })
            .collect();
        // Between DM Client and card everything passes through the terminal.
        let lanes = [step.from.lane(), step.to.lane()];
        if lanes.contains(&Actor::DmClient) && lanes.contains(&Actor::Card) {
            parts.push(Part::Terminal);
        }
        parts
    }

    /// True when the step takes place in or at the card.
    pub fn lights_card(step: &Step) -> bool {
        [step.from.lane(), step.to.lane()].contains(&Actor::Card)
    }
}

fn line(
    interface: Interface,
    name: &'static str,
    left: Actor,
    right: Actor,
    start: (f64, f64),
    end: (f64, f64),
    label_x: f64,
) -> Line {
    let share = (label_x - start.0) / (end.0 - start.0);
    Line {
        interface,
        name,
        left,
        right,
        start,
        end,
        label: (label_x, start.1 + share * (end.1 - start.1)),
        label_width: 1.0 + 0.46 * name.len() as f64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dmsc_core::trace::Event;

    fn step(from: Actor, to: Actor, interface: Interface) -> Step {
        Step {
            id: 0,
            tick: 0,
            enabler_step: 0,
            from,
            to,
            interface,
            event: Event::ConnectionClosed,
            bytes: Vec::new(),
            fate: None,
            arrived: Vec::new(),
            changes: Vec::new(),
            cause: None,
            enclosing: None,
        }
    }

    #[test]
    fn every_interface_has_its_way_at_every_width() {
        let ways = [
            (Actor::Ecms, Actor::DmClient, Interface::Dm1),
            (Actor::DmClient, Actor::CardDmServer, Interface::Dm2),
            (Actor::CardDmServer, Actor::DmClient, Interface::Dm2),
            (Actor::CardTrigger, Actor::DmClient, Interface::DmSc1),
            (Actor::Terminal, Actor::Card, Interface::Dm2),
            (Actor::Card, Actor::Terminal, Interface::DmSc1),
            (Actor::Terminal, Actor::Card, Interface::Internal),
            (Actor::Card, Actor::DmClient, Interface::Cp1),
            (Actor::Ecms, Actor::Card, Interface::Update),
            (Actor::NetworkDmServer, Actor::DmClient, Interface::Dm2),
        ];
        for width in [20.0, 22.0, 37.0, 38.0, 46.0, 60.0, 90.0] {
            let picture = Picture::new(width);
            for (from, to, interface) in ways {
                let way = picture.way(&step(from, to, interface));
                assert!(way.is_some(), "{from:?} {to:?} {interface:?} at {width}");
            }
            let inside = step(Actor::DmClient, Actor::User, Interface::Internal);
            assert_eq!(picture.way(&inside), None);
        }
    }

    #[test]
    fn nothing_lies_outside_and_no_boxes_overlap() {
        for width in [20.0, 22.0, 37.0, 38.0, 46.0, 60.0, 72.0] {
            let picture = Picture::new(width);
            for (at, one) in picture.boxes.iter().enumerate() {
                assert!(one.rect.x >= 0.0 && one.rect.right() <= picture.width);
                assert!(one.rect.y >= 0.0 && one.rect.y + one.rect.height <= picture.height);
                for other in &picture.boxes[at + 1..] {
                    let apart = one.rect.right() <= other.rect.x
                        || other.rect.right() <= one.rect.x
                        || one.rect.y + one.rect.height <= other.rect.y
                        || other.rect.y + other.rect.height <= one.rect.y;
                    assert!(apart, "{:?} {:?} at {width}", one.part, other.part);
                }
            }
        }
    }

    #[test]
    fn a_message_goes_the_other_way_back() {
        let picture = Picture::new(46.0);
        let there = picture.way(&step(Actor::DmClient, Actor::CardDmServer, Interface::Dm2));
        let back = picture.way(&step(Actor::CardDmServer, Actor::DmClient, Interface::Dm2));
        let (there, back) = (there.unwrap(), back.unwrap());
        assert_eq!((there.from, there.to), (back.to, back.from));
    }
}
