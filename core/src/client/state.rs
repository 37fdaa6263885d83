//! The state machine of the DM Client: what is done about each input.

/// Where a client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// No session.
    Idle,
    /// The user is asked whether there is to be one.
    Asking,
    /// The connection is being opened.
    Connecting,
    /// A message is sent, the answer is to come.
    Waiting,
    /// The user is asked what an alert wants to know.
    Interacting,
    /// A process runs that an Exec started.
    Executing,
    /// The session was given up; the answer to that is to come.
    Aborting,
}

/// What comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Input {
    Push,
    Connected,
    Refused,
    Data,
    Closed,
    Answer,
    Executed,
    Start,
    Abort,
}

/// What is done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Examine,
    Consent,
    SendHeld,
    Receive,
    Resume,
    Lose,
    Finish,
    HangUp,
    Begin,
    Withdraw,
    Stop,
    StopLater,
    Ignore,
}

/// The state machine of a client.
pub(super) fn action(state: State, input: Input) -> Action {
    match (state, input) {
        // A push during a session is examined too, so that it is said why it is refused.
        (_, Input::Push) => Action::Examine,
        (State::Asking, Input::Answer) => Action::Consent,
        (State::Connecting, Input::Connected) => Action::SendHeld,
        (State::Waiting, Input::Data) => Action::Receive,
        (State::Interacting, Input::Answer) | (State::Executing, Input::Executed) => Action::Resume,
        (State::Connecting, Input::Refused) => Action::Lose,
        (
            State::Waiting | State::Interacting | State::Executing,
            Input::Closed | Input::Refused,
        ) => Action::Lose,
        (State::Aborting, Input::Data | Input::Closed | Input::Refused) => Action::Finish,
        (State::Idle | State::Asking, Input::Connected) => Action::HangUp,
        (State::Idle, Input::Start) => Action::Begin,
        (State::Asking | State::Connecting, Input::Abort) => Action::Withdraw,
        (State::Interacting | State::Executing, Input::Abort) => Action::Stop,
        (State::Waiting, Input::Abort) => Action::StopLater,
        _ => Action::Ignore,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_states() {
        use Action::*;
        let inputs = [
            Input::Push,
            Input::Connected,
            Input::Refused,
            Input::Data,
            Input::Closed,
            Input::Answer,
            Input::Executed,
            Input::Start,
            Input::Abort,
        ];
        #[rustfmt::skip]
        let table = [
            (State::Idle, [Examine, HangUp, Ignore, Ignore, Ignore, Ignore, Ignore, Begin, Ignore]),
            (State::Asking, [Examine, HangUp, Ignore, Ignore, Ignore, Consent, Ignore, Ignore, Withdraw]),
            (State::Connecting, [Examine, SendHeld, Lose, Ignore, Ignore, Ignore, Ignore, Ignore, Withdraw]),
            (State::Waiting, [Examine, Ignore, Lose, Receive, Lose, Ignore, Ignore, Ignore, StopLater]),
            (State::Interacting, [Examine, Ignore, Lose, Ignore, Lose, Resume, Ignore, Ignore, Stop]),
            (State::Executing, [Examine, Ignore, Lose, Ignore, Lose, Ignore, Resume, Ignore, Stop]),
            (State::Aborting, [Examine, Ignore, Finish, Finish, Finish, Ignore, Ignore, Ignore, Ignore]),
        ];
        for (state, actions) in table {
            assert_eq!(
                inputs.map(|input| action(state, input)),
                actions,
                "{state:?}"
            );
        }
    }
}
