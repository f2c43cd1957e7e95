"""Generated programs: a hypothesis strategy of Python texts, each a function f(x, y, u).

x and y are floats, u an array of four.  The programs are what people write: assignments,
branches, loops with `break`, `continue` and early `return`, `while`, writes to arrays by index,
slice and mask, views, a second name for an array.  Every value stays smooth and moderate.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

SIZE = 4
HEAD = "import math\n\nimport numpy as np\n\n\ndef f(x, y, u):\n"
SCALARS = ("a", "b", "c", "d")
ARRAYS = ("w", "z")


@dataclass
class Writer:
    """Writes one program, drawing every choice from hypothesis."""

    draw: object
    features: frozenset[str]
    lines: list[str] = field(default_factory=list)
    depth: int = 1
    loops: int = 0
    scalars: list[str] = field(default_factory=lambda: ["x", "y"])
    own: list[str] = field(default_factory=list)  # arrays the program may write to
    indices: list[str] = field(default_factory=list)
    counter: int = 0

    def choose(self, *options):
        return self.draw(st.sampled_from(options))

    def line(self, text: str) -> None:
        self.lines.append("    " * self.depth + text)

    # expressions

    def number(self) -> str:
        return self.choose("0.3", "0.7", "1.1", "2.0", "-0.4", "1.5")

    def element(self) -> str:
        array = self.choose("u", *self.own)
        index = self.choose("0", "1", "-1", *self.indices)
        if index in self.indices and self.choose(True, False):
            index = f"{index} - 1"
        return f"{array}[{index}]"

    def leaf(self) -> str:
        match self.choose("scalar", "scalar", "element", "number"):
            case "scalar":
                return self.choose(*self.scalars, *self.scalars[2:])
            case "element":
                return self.element()
        return self.number()

    def expression(self, depth: int = 2) -> str:
        if depth == 0:
            return self.leaf()
        one, other = self.expression(depth - 1), self.leaf()
        form = self.choose(
            "{0} + {1}", "{0} * {1}", "{0} - {1}", "math.sin({0})", "math.tanh({0}) * {1}",
            "{0} / (2.0 + math.cos({1}))", "math.exp(-({0}) ** 2)", "-({0})", "({0}) ** 2",
            "math.sqrt(1.5 + math.sin({0}))", "np.sum(u * {0})", "np.dot(u, u) * {1}",
            "({0} if {1} > 0.2 else {1})",
        )  # fmt: skip
        text = form.format(one, other)
        return f"({text})" if "{0} " in form or " {1}" in form else text

    def condition(self) -> str:
        one = self.expression(1)
        match self.choose("plain", "and", "not", "chain"):
            case "and":
                return f"{one} > 0.1 and {self.leaf()} < 1.7"
            case "not":
                return f"not {one} > 0.4"
            case "chain":
                return f"-0.9 < {one} <= 1.3"
        return f"{one} > {self.number()}"

    def vector(self) -> str:
        array = self.choose("u", *self.own)
        return self.choose(
            f"{array} * {self.leaf()}", f"np.sin({array}) + {self.leaf()}", f"np.tanh(u - {array})",
            f"{array}[::-1] * 0.5", f"np.where({array} > 0.25, {array} ** 2, {self.leaf()})",
            f"np.cumsum({array}) * 0.3", f"{array} / (1.0 + u ** 2)",
        )  # fmt: skip

    # statements

    def block(self, length: int) -> None:
        """Statements in a block of their own: names they bind first are not known after it."""
        scalars, own, indices = list(self.scalars), list(self.own), list(self.indices)
        self.depth += 1
        for _ in range(length):
            self.statement(length - 1)
        self.depth -= 1
        self.scalars, self.own, self.indices = scalars, own, indices

    def statement(self, budget: int) -> None:
        kinds = ["assign", "assign", "augment"]
        if len(self.scalars) > 3:
            kinds.append("swap")
        if "arrays" in self.features:
            if self.depth == 1 and len(self.own) < len(ARRAYS):
                kinds += ["array", "array"]
            if self.own:
                kinds += ["write", "write", "write", "slice", "mask", "whole"]
                if self.depth == 1:
                    kinds.append("view")
        if budget > 0 and self.depth < 4:
            if "branches" in self.features:
                kinds += ["if", "if"]
            if "loops" in self.features and self.loops < 2:
                kinds += ["for", "for", "while"]
        getattr(self, f"write_{self.choose(*kinds)}")(budget)

    def write_assign(self, budget: int) -> None:
        name = self.choose(*SCALARS)
        value = self.expression()
        self.line(f"{name} = math.sin({value})" if self.loops else f"{name} = {value}")
        if name not in self.scalars:
            self.scalars.append(name)

    def write_augment(self, budget: int) -> None:
        names = [name for name in self.scalars if name in SCALARS]
        if not names:
            return self.write_assign(budget)
        operator = self.choose("+=", "-=", "*=")
        self.line(f"{self.choose(*names)} {operator} math.cos({self.expression(1)})")

    def write_swap(self, budget: int) -> None:
        one, other = self.scalars[2], self.scalars[3]
        self.line(f"{one}, {other} = {other}, 0.5 * {one}")

    def write_array(self, budget: int) -> None:
        name = next(name for name in ARRAYS if name not in self.own)
        value = self.choose("u.copy()", f"np.zeros({SIZE})", "u * x", "np.sin(u) * y")
        self.line(f"{name} = {value}")
        self.own.append(name)

    def write_write(self, budget: int) -> None:
        index = self.choose("0", "2", "-1", *self.indices)
        operator = self.choose("=", "=", "+=", "*=")
        self.line(f"{self.choose(*self.own)}[{index}] {operator} math.sin({self.expression(1)})")

    def write_slice(self, budget: int) -> None:
        part = self.choose("1:", ":-1", "1:3", "::2")
        length = len(range(SIZE)[slice(*(int(p) if p else None for p in part.split(":")))])
        value = self.choose(f"u[:{length}] * {self.leaf()}", self.leaf(), f"np.cos(u[:{length}])")
        self.line(f"{self.choose(*self.own)}[{part}] {self.choose('=', '+=')} {value}")

    def write_mask(self, budget: int) -> None:
        array = self.choose(*self.own)
        value = self.choose("0.5", self.leaf(), f"math.sin({self.leaf()})")
        self.line(f"{array}[{array} > 0.45] = {value}")

    def write_whole(self, budget: int) -> None:
        array = self.choose(*self.own)
        match self.choose("in place", "in place", "new"):
            case "new" if self.depth == 1:
                self.line(f"{array} = np.tanh({self.vector()})")
            case _:
                self.line(f"{array} {self.choose('*=', '+=')} {self.choose('0.5', 'np.cos(u)')}")

    def write_view(self, budget: int) -> None:
        view = f"v{self.counter}"
        self.counter += 1
        self.line(f"{view} = {self.choose(*self.own)}{self.choose('[1:]', '[::-1]', '')}")
        self.line(f"{view}[0] {self.choose('=', '+=')} math.sin({self.expression(1)})")

    def write_if(self, budget: int) -> None:
        self.line(f"if {self.condition()}:")
        self.block(max(1, budget))
        if self.choose(True, False):
            self.line(f"elif {self.condition()}:")
            self.block(1)
        if self.choose(True, False):
            self.line("else:")
            self.block(max(1, budget))

    def write_for(self, budget: int) -> None:
        index = f"i{self.counter}"
        self.counter += 1
        turns = self.choose(
            f"range({SIZE})", "range(1, 3)", f"range({SIZE - 1}, -1, -1)", f"range(0, {SIZE}, 2)",
            f"reversed(range({SIZE}))",
        )  # fmt: skip
        self.line(f"for {index} in {turns}:")
        self.turn(index, budget)

    def write_while(self, budget: int) -> None:
        index = f"k{self.counter}"
        self.counter += 1
        self.line(f"{index} = 0")
        more = f" and {self.condition()}" if self.choose(True, False) else ""
        self.line(f"while {index} < 3{more}:")
        self.depth += 1
        self.line(f"{index} += 1")
        self.depth -= 1
        self.turn(index, budget)

    def turn(self, index: str, budget: int) -> None:
        """The body of a loop, which may leave the turn, the loop or the function."""
        self.loops += 1
        known = list(self.indices)
        self.indices = [*known, index]
        if "exits" in self.features and self.choose(True, False):
            self.depth += 1
            self.line(f"if {self.condition()}:")
            leave = self.choose("break", "continue", f"return {self.expression(1)}")
            self.line(f"    {leave}")
            self.depth -= 1
        self.block(max(1, budget))
        self.indices = known
        self.loops -= 1

    def finish(self) -> str:
        names = [name for name in self.scalars if name in SCALARS] or ["x"]
        terms = [*names, *(f"np.sum({array} ** 2)" for array in self.own), "0.1 * x * y"]
        self.line(f"return {' + '.join(terms)}")
        return HEAD + "\n".join(self.lines) + "\n"


@st.composite
def programs(draw, *features: str, length: int = 4) -> str:
    """A program that uses these of "branches", "loops", "exits" and "arrays"."""
    writer = Writer(draw, frozenset(features))
    writer.line("a = x * y")
    writer.line("b = math.sin(u[1] - y)")
    writer.scalars += ["a", "b"]
    for _ in range(draw(st.integers(1, length))):
        writer.statement(2)
    return writer.finish()
