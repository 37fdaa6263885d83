//! A run without anybody outside: the simulated card answers, the user does what the settings
//! say, time goes on at once.

use super::edit::{Edit, Place};
use super::engine::{CardKind, Engine, Said, Wanted};
use super::smart_card::{CardOutput, SmartCard};
use super::{MAX_EDITS, Setup};
use crate::trace::Trace;

/// Plays a story from beginning to end. Edits that cannot be made are left out and told in
/// [`Trace::problems`].
pub fn run(setup: &Setup) -> Trace {
    let mut known = Setup {
        edits: Vec::new(),
        ..setup.clone()
    };
    let mut problems = Vec::new();
    for edit in &setup.edits {
        if known.edits.len() >= MAX_EDITS {
            problems.push(format!(
                "edit \"{edit}\": a run takes at most {MAX_EDITS} edits"
            ));
            continue;
        }
        match placed(edit, &known) {
            Ok(edit) => known.edits.push(edit),
            Err(reason) => problems.push(format!("edit \"{edit}\": {reason}")),
        }
    }
    let mut trace = play(&known);
    problems.append(&mut trace.problems);
    trace.problems = problems;
    trace.edits = setup.edits.iter().map(Edit::to_string).collect();
    trace
}

/// The edit at a place that is known by kind: steps before the place of an edit are the same
/// with and without it, so that the run without it has the step that the edit names.
fn placed(edit: &Edit, before: &Setup) -> Result<Edit, String> {
    let Place::Step(id) = edit.place else {
        return Ok(edit.clone());
    };
    let trace = play(before);
    let count = trace.steps.len();
    let up_to = trace.steps.get(..=id as usize).ok_or_else(|| {
        format!(
            "the run has no step {id}; its steps are 0 to {}",
            count.saturating_sub(1)
        )
    })?;
    let place = Place::of(up_to.iter().map(|step| &step.event))
        .ok_or_else(|| format!("there are too many steps like {id}"))?;
    if let Place::Nth { kind, .. } = place {
        edit.change.fits(kind)?;
    }
    Ok(Edit {
        place,
        change: edit.change.clone(),
    })
}

fn play(setup: &Setup) -> Trace {
    let (mut engine, mut card) = Engine::new(setup, CardKind::Open);
    while let Some(wanted) = engine.poll() {
        if let Some(session_id) = engine.take_announcement() {
            card.handle_announcement(session_id);
        }
        match wanted {
            Wanted::Reset => {
                card.handle_reset();
                answer(&mut engine, &mut card);
            }
            Wanted::Card(command) => {
                card.handle_time(engine.now_s());
                card.handle_command(&command);
                answer(&mut engine, &mut card);
            }
            Wanted::PowerCut(writes) => card.handle_power_loss(writes),
            Wanted::CardFull => card.handle_memory_full(),
            Wanted::User(_) => engine.handle_user(Said::Usual),
            Wanted::Time(now_ms) => engine.handle_time(now_ms),
        }
    }
    engine.into_trace()
}

/// The card works until it has answered; the engine sees what passes inside it.
fn answer(engine: &mut Engine, card: &mut SmartCard) {
    while let Some(output) = card.poll() {
        match output {
            CardOutput::Event(event) => engine.handle_card_event(event),
            CardOutput::ReceiptIssued { seq, signed } => engine.handle_card_receipt(seq, signed),
            CardOutput::Answer(answer) => {
                if let Some(arrived) = engine.handle_card_answer(answer) {
                    card.handle_answer(&arrived);
                }
            }
            CardOutput::Http { status, response } => {
                if let Some(arrived) = engine.handle_card_http(status, response) {
                    card.handle_http(&arrived);
                }
            }
            CardOutput::Tls(output) => {
                if let Some(arrived) = engine.handle_card_tls(output) {
                    card.handle_record(&arrived);
                }
            }
            CardOutput::Notification { push, resync } => {
                if let Some(arrived) = engine.handle_card_notification(push, resync) {
                    card.handle_notification(&arrived);
                }
            }
            CardOutput::Document(found) => engine.handle_card_document(found),
            CardOutput::Atr(atr) => engine.handle_atr(&atr, Some(card)),
            CardOutput::Response(response) => engine.handle_response(&response, Some(card)),
        }
    }
}
