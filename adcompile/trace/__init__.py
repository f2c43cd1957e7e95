"""The trace: the intermediate representation, its kinds, its invariants and its printed form."""
