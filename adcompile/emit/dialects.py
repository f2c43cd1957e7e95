"""How an operation is written where targets differ.

The emitter asks its dialect first.  This one is Python for NumPy: everything is written the usual
way.  `emit/nopython` has the other, Python that Numba compiles.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from adcompile.emit.methods import method
from adcompile.emit.outputs import output
from adcompile.emit.undefined import carried
from adcompile.rules.helpers import SOURCES
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Trace, Var
from adcompile.trace.partial import asks, of_none

if TYPE_CHECKING:
    from adcompile.emit.expressions import Expressions


class Dialect:
    """Python for NumPy."""

    name = ""
    rows = True
    """May a loop be over the rows of an array, backwards too?"""
    converts = True
    """May a list be assigned to a part of an array?"""
    sources: Mapping[str, str] = SOURCES
    """The helpers, as text, and the other helpers that each calls."""
    called: Mapping[str, tuple[str, ...]] = MappingProxyType({"add_at": ("added",)})
    views = True
    """Is it faster to add to a view of an array, by a name, than to `x[i] += y`?"""
    modules: Mapping[str, str] = MappingProxyType({"np": "numpy"})
    """The modules that the helpers use, by the alias they know them by."""
    dtypes: Mapping[str, str] = MappingProxyType({})
    """The types of elements that have another name here."""
    everything = "builtins.BaseException"
    """What a handler of all exceptions names, if anything."""
    raising = True
    """May a handler raise?"""
    questions: Mapping[str, str] = MappingProxyType({})
    """What is asked in the text of an effect, and the helper that answers here."""
    ellipses = True
    """May `x[i][...]` be added to?"""

    @property
    def driving(self) -> Dialect:
        """The dialect of drivers."""
        return self

    def driven(self, trace: Trace, name: str) -> tuple[Trace, Trace] | None:
        """A driver and its kernel, of this name, where the dialect tells them apart."""
        return None

    def prepare(self, write: Expressions, trace: Trace) -> None:
        """Find what has to be known of a trace before it is written."""
        write.undefined = {var: None for var in carried(trace)}
        write.asks = asks(trace)
        nothing, holding = of_none(trace)
        write.nothing = {**write.nothing, **nothing}
        write.holding = {**write.holding, **holding}

    def apply(self, write: Expressions, eqn: Apply) -> ast.expr | None:
        """An operation that this dialect writes its own way; None for the usual."""
        return None

    def typed(self, write: Expressions, eqn: Apply, written: ast.expr) -> ast.expr:
        """The value of an equation, of the type that it has in NumPy."""
        return written

    def asked(self, write: Expressions, eqn: Apply, written: ast.expr) -> ast.expr:
        """The call of a function as this dialect wants it."""
        return method(write, eqn, written)

    def made(self, write: Expressions, eqn: Apply, value: ast.expr) -> ast.expr:
        """The value of an equation as it is given a name."""
        return value

    def entry(self, write: Expressions, value: Atom, kind: k.Kind | None) -> ast.expr:
        """A value as an entry of a list of entries of this kind."""
        return write.atom(value)

    def holding(self, write: Expressions, var: Var) -> k.Kind | None:
        """The kind of a list or tape."""
        return write.kind(var)

    def scattered(
        self, write: Expressions, x: ast.expr, index: ast.expr, op: ast.operator, value: ast.expr
    ) -> ast.expr:
        """Adding values to, or subtracting them from, x[index], each as often as it is named."""
        function = "numpy.add.at" if isinstance(op, ast.Add) else "numpy.subtract.at"
        return ast.Call(write.libraries.name(function), [x, index, value], [])

    def shares(self, write: Expressions, x: ast.expr, y: ast.expr) -> ast.expr:
        """Do two arrays share memory?"""
        return ast.Call(write.libraries.name("numpy.shares_memory"), [x, y], [])

    def viewed(
        self, write: Expressions, op: str, x: ast.expr, args: Sequence[ast.expr]
    ) -> ast.expr:
        """What shares memory with x where the result of this function does."""
        return ast.Call(write.libraries.name(op), [x, *args], [])

    def given(self, write: Expressions, source: Atom, target: Var) -> ast.expr | None:
        """What a variable gets along an edge; None for the atom as it is."""
        return None

    def index(self, write: Expressions, index: Atom) -> ast.expr | None:
        """What stands between the brackets of an array; None for the usual."""
        return None

    def change(self, write: Expressions, eqn: Apply, place: ast.expr) -> ast.stmt | None:
        """A change in place that this dialect writes its own way."""
        return None

    def output(self, write: Expressions, eqn: Apply, place: ast.expr) -> ast.stmt | None:
        """A write whose value is computed in its place; None for the usual."""
        return output(write, eqn, place)

    def froms(self, helpers: Sequence[str]) -> list[str]:
        """What else these helpers need to be imported."""
        return []

    def backwards(self, turns: ast.expr) -> ast.expr:
        """A range or a list, from its end."""
        return ast.Call(ast.Name("reversed", ast.Load()), [turns], [])

    def decorators(self, write: Expressions, trace: Trace) -> list[ast.expr]:
        """@np.errstate(...), where the primal says so somewhere."""
        options = [ast.keyword(name, ast.Constant(value)) for name, value in trace.silenced]
        function = write.libraries.name("numpy.errstate") if options else None
        return [ast.Call(function, [], options)] if function else []


NUMPY = Dialect()
