"""The rule table: one row an operation, both modes from that row."""
