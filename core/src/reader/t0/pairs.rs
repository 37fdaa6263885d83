//! A C-APDU and its R-APDU as the TPDUs that carry them, for captures: there every command
//! stands with its response, and lengths are what they were on the line.

use super::{CardEnd, CardEndOutput, Exchange, ExchangeStep, Form};

/// The pairs of TPDU and response. What is not of the short form, and the answer of a card that
/// asks for GET RESPONSE itself, stay as they are.
pub fn pairs(command: &[u8], response: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let Ok((mut exchange, mut tpdu)) = Exchange::new(command, Form::Tpdu) else {
        return vec![(command.to_vec(), response.to_vec())];
    };
    let mut end = CardEnd::default();
    let mut pairs = Vec::new();
    let mut asked = false;
    loop {
        let answer = match end.handle_tpdu(&tpdu) {
            CardEndOutput::Response(answer) => answer,
            // The card was asked once.
            CardEndOutput::Command(_) if asked => return pairs,
            CardEndOutput::Command(_) => {
                asked = true;
                match end.handle_response(response) {
                    Some(CardEndOutput::Response(answer)) => answer,
                    _ => return pairs,
                }
            }
        };
        pairs.push((tpdu, answer.clone()));
        match exchange.handle_response(&answer) {
            ExchangeStep::Send(next) => tpdu = next,
            ExchangeStep::Done(_) => return pairs,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;

    #[test]
    fn every_command_stands_with_its_response() {
        let shown = |command: &str, response: &str| -> Vec<String> {
            let bytes = |text| hex::decode(text).unwrap();
            pairs(&bytes(command), &bytes(response))
                .iter()
                .map(|(command, response)| {
                    format!("{} {}", hex::encode(command), hex::encode(response))
                })
                .collect()
        };
        assert_eq!(
            shown("00A40004023F0000", "620280009000"),
            ["00A40004023F00 6104", "00C0000004 620280009000"]
        );
        assert_eq!(
            shown("8012000005", "D0038103019000"),
            ["8012000005 D0038103019000"]
        );
        assert_eq!(
            shown("00B2010400", "AABB9000"),
            ["00B2010400 6C02", "00B2010402 AABB9000"]
        );
        assert_eq!(shown("80F2000C", "910B"), ["80F2000C00 910B"]);
        assert_eq!(shown("00A40004023F00", "612E"), ["00A40004023F00 612E"]);
        assert_eq!(shown("00A4", "6700"), ["00A4 6700"]);
    }
}
