"""Programs of functions: recursion, closures, tables of functions, callees that write, exceptions.

`program(pick)` writes one out of pieces, one after the other and inside one another's branches and
loops.  The numbers a to d, the arrays v and w and the list l are always there.

The pieces stand in `pieces/`, between lines of ===: definitions, and below a line of --- what calls
them.  `%name` is a name of its own, `$a` a number that is bound, `$v` an array, `$z` perhaps the
same one; `<<e t>>` is an expression of t, `<<w t>>` a bounded one, `<<c t>>` a condition, `<<k>>` a
constant, `<<b>>` a bound, `<<V>>` an array, `<<o p|q>>` either.  A line behind `?` may be missing;
those behind `?1` are missing together.
"""

from __future__ import annotations

import builtins
import copy
import functools
import re
import types
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import oracle
from corpus.check import numbers
from oracle_duals import Float, Unknown

from mixed import check
from mixed.writing import BOUNDS, CONSTANTS, Writing

HEAD = """
import collections
import contextlib
import functools
import itertools
import math
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np


class Bad(Exception):
    pass
"""
NUMBERS, VECTORS = ("a", "b", "c", "d"), ("v", "w")
SCALARS = (
    "{0} * {1}", "{0} + {1}", "{0} - {1}", "math.sin({0}) * {1}", "{0} ** 2", "-{0}",
    "{0} / (2.0 + {1} ** 2)", "math.exp(-{0} ** 2)", "math.tanh({0}) + {1}", "{0} * {2}",
    "({0} if {1} > {3} else {1})", "max({0}, {1})", "abs({0})", "{0}", "{1}",
)  # fmt: skip
ARRAYS = (
    "np.sin({0})", "{0} * {1}", "{0} + {1}", "{0}[::-1]", "{0}.copy()",
    "np.where({0} > {2}, {0}, {1})",
    "np.array([{1}, {1}, x, y])", "A[1] * {1}", "{0}", "u", "np.cumsum({0})",
)  # fmt: skip
PIECES = tuple(
    tuple(tuple(part.strip("\n") for part in piece.split("---")) for piece in text.split("==="))
    for text in (each.read_text() for each in sorted(Path(__file__).parent.glob("pieces/*.txt")))
)
GAP = re.compile(r"<<((?:(?!<<|>>).)*)>>")
OWN = re.compile(r"%([a-zA-Z]\w*)")
TAG = re.compile(r"\?(\d?)(.*)")
ERRORS = ("Bad", "ValueError", "ZeroDivisionError", "Exception")


@dataclass
class Writer(Writing):
    """Writes the body of f, and what stands before it."""

    # expressions

    def leaf(self) -> str:
        names = (*NUMBERS, *NUMBERS, "x", "y", "u[1]", "v[0]", "w[-1]", "l[0]", "u[k[1]]")
        return str(self.choose((*names, self.choose(CONSTANTS), "np.sum(v)", "len(l)")))

    def of(self, names: list[str]) -> str:
        """A name of those given, or of f's."""
        if not names:
            return self.leaf()
        return str(self.choose((*names, *names, self.choose(CONSTANTS))))

    def expression(self, names: list[str]) -> str:
        operands = self.of(names), self.of(names), self.choose(CONSTANTS), self.choose(BOUNDS)
        return f"({self.choose(SCALARS).format(*operands)})"

    def condition(self, *names: str) -> str:
        one, other = self.expression(list(names)), self.of(list(names))
        match self.pick(7):
            case 0:
                return f"{one} > {self.choose(BOUNDS)} and {other} < {self.choose(BOUNDS)}"
            case 1:
                return f"{one} < {self.choose(BOUNDS)} or {other} > 0.9"
            case 2:
                return f"not {one} > {self.choose(BOUNDS)}"
            case 3:
                return f"-0.913 < {one} <= {self.choose(BOUNDS)}"
        return f"{one} > {self.choose(BOUNDS)}"

    def vector(self) -> str:
        text = self.choose(ARRAYS)
        return str(text.format(self.choose(("u", "v", "w")), self.leaf(), self.choose(BOUNDS)))

    # what a text leaves open

    def filled(self, text: str) -> str:
        """The text without gaps."""
        kept: dict[str, bool] = {}
        lines = []
        for line in text.splitlines():
            found = TAG.match(line)
            if found:
                tag = found[1] or str(len(kept) + 10)
                kept.setdefault(tag, self.chance(50))
                if not kept[tag]:
                    continue
                line = found[2]
            lines.append(line)
        text = "\n".join(lines)
        while found := GAP.search(text):
            text = f"{text[: found.start()]}{self.gap(found[1])}{text[found.end() :]}"
        return text

    def gap(self, inner: str) -> str:
        kind, _, more = inner.partition(" ")
        match kind:
            case "o":
                return str(self.choose(more.split("|")))
            case "e":
                return self.expression(more.split())
            case "w":
                return self.calm(self.expression(more.split()))
            case "c":
                return self.condition(*more.split())
            case "k":
                return str(self.choose(CONSTANTS))
            case "b":
                return str(self.choose(BOUNDS))
            case "V":
                return self.vector()
        raise AssertionError(inner)

    def targets(self) -> dict[str, str]:
        numbers = [name for name in NUMBERS if name not in self.names]
        first = self.pick(len(numbers))
        turned = (numbers[first:] + numbers[:first]) * 3
        return {
            "$a": turned[0], "$b": turned[1], "$c": turned[2], "$v": self.choose(VECTORS),
            "$z": self.choose((*VECTORS, "u")),
        }  # fmt: skip

    # statements

    def write_piece(self) -> bool:
        """One piece; what it defines stands before f, or inside of it."""
        top, body = self.choose(self.choose(self.kinds))
        number = self.name("")
        targets = self.targets()

        def named(text: str) -> str:
            text = OWN.sub(lambda found: f"{found[1]}_{number}", self.filled(text))
            for mark, target in targets.items():
                text = text.replace(mark, target)
            return text

        first, second = named(top), named(body)
        if first and self.chance(20) and "GLOBAL" not in first:
            self.lines += [f"{'    ' * self.depth}{line}" for line in first.splitlines()]
        elif first:
            self.helpers.append(first)
        self.lines += [f"{'    ' * self.depth}{line}" for line in second.splitlines()]
        return True

    def statement(self) -> None:
        self.budget -= 1
        ways = ["piece"] * 6 + ["assign"]
        if self.depth <= self.deepest and self.budget > 0:
            ways += ["if", "for", "while", "try"]
        getattr(self, f"write_{self.choose(ways)}")()

    def write_assign(self) -> bool:
        match self.pick(4):
            case 0:
                return self.line(f"{self.choose(VECTORS)} = np.sin({self.vector()})")
            case 1:
                return self.line(f"l = [{self.leaf()}, {self.leaf()}, {self.expression([])}]")
            case 2:
                return self.line(f"{self.choose(VECTORS)}[{self.pick(4)}] = {self.leaf()}")
        return self.line(f"{self.choose(NUMBERS)} = {self.calm(self.expression([]))}")

    def write_for(self) -> bool:
        name = self.name("i")
        self.loops += 1
        ways = (f"range({self.choose('23')})", "range(3, 0, -1)", "u[:2]", "k[:3]", "list(l)")
        self.line(f"for {name} in {self.choose(ways)}:")
        self.block(1 + self.pick(2))
        if self.chance(30):
            self.leave()
        self.loops -= 1
        return True

    def write_while(self) -> bool:
        name = self.name("n")
        self.loops += 1
        self.line(f"{name} = 0")
        more = f" and ({self.condition()})" if self.chance(50) else ""
        self.line(f"while {name} < {self.choose('23')}{more}:")
        self.line(f"    {name} += 1")
        self.block(1)
        if self.chance(30):
            self.leave()
        self.loops -= 1
        return True

    def write_try(self) -> bool:
        self.line("try:")
        self.block(1)
        if self.chance(40):
            self.line(f"    if {self.condition()}:")
            self.line(f"        raise {self.choose(ERRORS[:3])}")
            self.block(1)
        self.line(f"except {self.choose(ERRORS)}:")
        self.block(1)
        if self.chance(25):
            self.line(self.choose(("else:", "finally:")))
            self.block(1)
        return True

    def returned(self) -> str:
        return self.choose(("{0} + {1}", "{0}", "{0} * {1} + np.sum(v)")).format(
            self.choose(NUMBERS), self.choose(NUMBERS)
        )


def program(pick: Callable[[int], int], size: int = 4) -> str:
    """The text of a program: what it calls, and f."""
    writer = Writer(pick)
    kinds = [kind for kind in PIECES if writer.chance(40)]
    writer.kinds = kinds or PIECES
    for line in ("a, b = x * 0.7, y + u[0]", "c, d = x - y, u[2] * 0.3",
                 "v = np.sin(u) * x", "w = A[1] * y", "l = [x, a * b, u[3]]"):  # fmt: skip
        writer.line(line)
    writer.budget = 1 + writer.pick(size)
    while writer.budget > 0:
        writer.statement()
    writer.line("return a + 0.7 * b - 0.3 * c + d * 1.1 + np.sum(v) - 0.4 * np.sum(w) + sum(l)")
    body = "\n".join(writer.lines)
    helpers = "".join(f"\n\n{text}\n" for text in writer.helpers)
    return f"{HEAD}{helpers}\n\ndef f(x, y, u, A, k):\n{body}\n"


# The check


def _uncached(function: Any = None, **_: Any) -> Any:
    return function if callable(function) else lambda found: found


class _Functools(types.ModuleType):
    """`functools` without caches, as Duals cannot be keys."""

    def __getattr__(self, name: str) -> Any:
        return _uncached if name in ("lru_cache", "cache") else getattr(functools, name)


def on_duals(text: str) -> Callable[..., Any]:
    """The function f of a program, all of which runs on Duals: classes and decorators too."""
    known = {"numpy": oracle.PROXIES["np"], "math": oracle.PROXIES["math"],
             "functools": _Functools("functools")}  # fmt: skip

    def imported(name: str, *args: Any) -> Any:
        return known[name] if name in known else builtins.__import__(name, *args)

    names = {**vars(builtins), "__import__": imported, "float": Float}
    space: dict[str, Any] = {"__name__": "program", "__builtins__": names}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(text, "<on duals>", "exec", dont_inherit=True), space)
    found: Callable[..., Any] = space["f"]
    return found


class OnDuals(check.Checked):
    """A program whose derivative is found by running its text on Duals."""

    def __init__(self, text: str, seed: int) -> None:
        self.text = text
        super().__init__(check.load(text), seed)

    def expected(self) -> Any:
        ways = [copy.deepcopy(self.ways.get(name)) for name in self.names]
        duals = [oracle.lift(arg, way) for arg, way in zip(self.args(), ways, strict=True)]
        try:
            result = on_duals(self.text)(*duals)
        except (Unknown, TypeError, ValueError, AssertionError) as error:
            self.by = f"differences as {type(error).__name__} {str(error)[:50]}"
            return check.difference(lambda step: numbers(self.function(*self.args(step))))
        if not check.same(oracle.primal(result), self.value, 1e-12):
            self.by = "differences as a handler caught what only the oracle raises"
            return check.difference(lambda step: numbers(self.function(*self.args(step))))
        return numbers(oracle.tangent(result))

    def plain_seed(self) -> Any:
        return 1.0


def outcome(text: str, number: int = 0) -> check.Outcome:
    """Check a program, every third also as general code."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        found = OnDuals(text, number)
        try:
            return check.of_turn(found, number % 10, general=number % 3 == 0)
        finally:
            check.forget(found.function)
