"""Companies of this gateway: enrolled, found, with tokens and an offer."""
