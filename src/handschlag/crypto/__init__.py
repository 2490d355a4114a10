"""Keys, identities, ratchets and commitments: what seals and opens, pure, without knowing what is said."""
