"""The problems as a user writes them: plain Python and NumPy, no derivative by hand."""
