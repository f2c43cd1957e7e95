"""Zeros in the shape of a value, as a person would write them for what is known of it."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from adcompile.emit.helpers import Helpers
from adcompile.emit.libraries import Libraries
from adcompile.rules.lists import TO_ADD, TO_FILL, may_hold_tuples
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom

LOAD = ast.Load()
FORMS: dict[Atom | None, str] = {TO_FILL: "zeros_to_fill", TO_ADD: "zeros_to_add"}


@dataclass(frozen=True, slots=True)
class Zeros:
    """Zeros for one value, in which there may be None."""

    helpers: Helpers
    libraries: Libraries
    none: bool
    counts: bool  # have integers in tuples zeros?

    def like(self, x: ast.expr, kind: k.Kind | None, form: Atom | None, nothing: bool) -> ast.expr:
        """Zeros like x; `form` says what is done to them, `nothing` that x may be None."""
        helper = FORMS.get(form, "") if may_hold_tuples(kind) else ""
        if helper in self.helpers.sources:
            return self.helped(helper, x)
        filled = self.filled(x, kind)
        if filled is not None:
            return filled
        return self.helped("zeros_like", x) if self.none or nothing else self.zeros(x, kind)

    def filled(self, x: ast.expr, kind: k.Kind | None) -> ast.expr | None:
        """Zeros for what holds tuples of numbers, one also where there is None; None for others."""
        match kind:
            case k.List(k.Tuple() as item) if self.of_numbers(item):
                return ast.ListComp(self.zeros(x, item), [_each("_", x)])
            case k.Dict(k.Tuple() as item) if self.of_numbers(item):
                return ast.DictComp(ast.Name("key", LOAD), self.zeros(x, item), [_each("key", x)])
            case k.List(k.List() as item):
                row: ast.expr = ast.Name("item", LOAD)
                rows = ast.BoolOp(ast.Or(), [row, ast.List([], LOAD)]) if self.none else row
                zeros = self.filled(rows, item)
                return None if zeros is None else ast.ListComp(zeros, [_each("item", x)])
        return None

    def zeros(self, x: ast.expr, kind: k.Kind | None) -> ast.expr:
        match kind:
            case k.Tuple(items) if self.of_numbers(kind):
                made = [self.zeros(x, item) if self.moves(item) else ast.Constant(None)
                        for item in items]  # fmt: skip
                return ast.Tuple(made, LOAD)
            case k.Scalar("float32"):
                return ast.Call(self.libraries.name("numpy.float32"), [ast.Constant(0.0)], [])
            case k.Scalar():
                return ast.Constant(0.0)
            case k.Array("bool" | "int"):
                return self.of_dtype(x, ast.Name("float", LOAD))
            case k.Array("complex"):  # what may be complex can be real, as eigenvalues are
                result_type = self.libraries.name("numpy.result_type")
                return self.of_dtype(x, ast.Call(result_type, [x, ast.Constant(1j)], []))
            case k.Array(str()):
                return ast.Call(self.libraries.name("numpy.zeros_like"), [x], [])
            case k.List(k.Scalar("float" | "int" | "bool")):
                zeros: ast.expr = ast.List([ast.Constant(0.0)], LOAD)
                return ast.BinOp(zeros, ast.Mult(), ast.Call(ast.Name("len", LOAD), [x], []))
            case k.List((k.Array(str()) | k.List()) as item):
                element = self.zeros(ast.Name("item", LOAD), item)
                return ast.ListComp(element, [_each("item", x)])
        return self.helped("zeros_like", x)

    def of_numbers(self, kind: k.Kind | None) -> bool:
        """Is this a number, or are they numbers and what has no zeros?"""
        if isinstance(kind, k.Tuple):
            return all(map(self.of_numbers, kind.items))
        return isinstance(kind, k.Scalar) or not self.moves(kind)

    def moves(self, kind: k.Kind | None) -> bool:
        return k.is_real(kind) or (self.counts and isinstance(kind, (k.Scalar, k.Array)))

    def of_dtype(self, x: ast.expr, dtype: ast.expr) -> ast.expr:
        function = self.libraries.name("numpy.zeros_like")
        return ast.Call(function, [x], [ast.keyword("dtype", dtype)])

    def helped(self, helper: str, x: ast.expr) -> ast.expr:
        return ast.Call(ast.Name(self.helpers.use(helper), LOAD), [x], [])


def _each(item: str, x: ast.expr) -> ast.comprehension:
    return ast.comprehension(ast.Name(item, ast.Store()), x, [], 0)
