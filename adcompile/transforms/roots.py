"""Powers of Python's numbers below zero, which are complex where the exponent is no integer.

    y = pow(x, 0.5)             y = pow(x, 0.5)
    z = mul(y, 1j)      ->      effect "if isinstance(_0_, complex): raise ..." y
                                z = mul(y, 1j)

The adjoints are those of real numbers.  Where nothing else is complex, a complex number is seen
by whoever gets it; a function that computes with complex numbers makes a real one of it again.
"""

from __future__ import annotations

from dataclasses import replace

from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Equation,
    Lit,
    Trace,
    Var,
    everywhere,
    inside,
    walk,
)

POWERS = ("operator.pow", "builtins.pow")
PARTS = ("numpy.real", "numpy.imag", "numpy.conj", "numpy.conjugate", "numpy.angle")
TEXT = (
    "a float below zero to a power that is no integer is complex: write complex(x) ** p, or "
    "(x + 0j) ** p"
)
REAL = "if isinstance(_0_, complex)"
BESIDES = f"{REAL} and not isinstance(_1_, complex)"


def real(trace: Trace) -> Trace:
    """The trace with checks that such powers are real, where it computes with complex numbers."""
    every = (trace, *trace.functions.values())
    if not any(_is_complex(eqn, each) for each in every for eqn in walk(each.body)):
        return trace
    return everywhere(_checked, trace)


def _is_complex(eqn: Equation, trace: Trace) -> bool:
    if isinstance(eqn, Apply) and eqn.op in PARTS:
        return True
    return any(k.dtype_of(trace.kinds.get(out)) == "complex" for out in eqn.outs)


def _checked(trace: Trace) -> Trace:
    def block(given: Block) -> Block:
        eqns: list[Equation] = []
        for eqn in given.eqns:
            eqns.append(inside(eqn, block))
            if isinstance(eqn, Apply) and _leaves_reals(eqn, trace):
                eqns.append(Apply((), "mem.effect", _check(eqn, trace), eqn.loc))
        return given.having(eqns, given.results)

    return replace(trace, body=block(trace.body))


def _check(eqn: Apply, trace: Trace) -> tuple[Atom, ...]:
    """The check of a power, whose base may be complex itself where nothing is known of it."""
    base = eqn.args[0]
    known = isinstance(base, Lit) or isinstance(trace.kinds.get(base), k.Scalar)
    text = Lit(f"{REAL if known else BESIDES}:\n    raise TypeError({TEXT!r})")
    return (text, eqn.out) if known else (text, eqn.out, base)


def _leaves_reals(eqn: Apply, trace: Trace) -> bool:
    """May this be a complex number that is made of real ones?"""
    if eqn.op not in POWERS or len(eqn.args) != 2 or not _is_float(trace.kinds.get(eqn.out)):
        return False
    base, exponent = eqn.args
    if isinstance(base, Lit) and base.value >= 0:
        return False
    if isinstance(exponent, Var):
        return k.dtype_of(trace.kinds.get(exponent)) not in ("int", "bool")
    return exponent.value != int(exponent.value)


def _is_float(kind: k.Kind | None) -> bool:
    """Is it a number of Python's, or may it be one?  NumPy's are NaN."""
    if k.dtype_of(kind) == "complex":
        return False
    return isinstance(kind, k.Any_) or (isinstance(kind, k.Scalar) and kind.strong is not True)
