"""Passes that only improve a trace.  Each maps a Trace to a Trace of the same meaning.

    fold.fold        what is known when compiling is computed when compiling
    common.common    an expression that stands twice is computed once
    dead.dead        what nobody reads is not computed

Each file opens with a before and an after, and its NAME switches the pass off.
"""
