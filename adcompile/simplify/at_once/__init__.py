"""Reverse loops whose turns only add up, done for all turns at once.

`lower` finds the loops, `loop` rebuilds one, `places` says what an index names over all turns,
`values` makes the values of all turns.
"""
