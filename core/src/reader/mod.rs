//! Readers: what stands between a terminal and a card. For now the terminal talks to the card
//! directly; protocol T=0, T=1 and CCID belong here.
