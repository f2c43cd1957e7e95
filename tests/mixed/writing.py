"""How a generated program is written: choices, lines, statements, and the ways out of a loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

HEAD = "import math\n\nimport numpy as np\n"
NUMBER: tuple[Any, ...] = ("s",)
CONSTANTS = ("0.31", "0.73", "1.13", "-0.43", "0.17", "-0.87")
BOUNDS = ("0.217", "0.443", "-0.131", "0.837", "-0.619")
CALM = ("math.sin({})", "math.tanh({})", "0.5 * math.sin({})", "math.cos({})")


@dataclass
class Writing:
    """The body of one function; a method `write_...` writes a statement, False if none fits."""

    pick: Callable[[int], int]  # a number below the one given
    names: dict[str, Any] = field(default_factory=dict)  # that are known, with their forms
    lines: list[str] = field(default_factory=list)
    helpers: list[str] = field(default_factory=list)
    kinds: Sequence[str] = ()
    budget: int = 0
    depth: int = 1
    loops: int = 0  # around this place
    counter: int = 0
    inside: bool = False  # a helper
    looping: ClassVar[tuple[str, ...]] = ("for", "while")
    control: ClassVar[tuple[str, ...]] = ("if", *looping)
    scoped: ClassVar[tuple[str, ...]] = ()  # what is known besides names, as long as a block lasts
    simplest: ClassVar[str] = "assign"
    deepest: ClassVar[int] = 3

    def choose(self, options: Sequence[Any]) -> Any:
        return options[self.pick(len(options))]

    def chance(self, percent: int) -> bool:
        return self.pick(100) >= 100 - percent

    def line(self, text: str) -> bool:
        self.lines.append("    " * self.depth + text)
        return True

    def name(self, prefix: str, form: Any = None) -> str:
        """A name that is not yet there."""
        self.counter += 1
        name = f"{prefix}{self.counter}"
        if form is not None:
            self.names[name] = form
        return name

    def calm(self, text: str) -> str:
        """Bounded, so that what is assigned over and over stays moderate."""
        return self.choose(CALM).format(text)

    # statements

    def block(self, length: int) -> None:
        """Statements; the names they bind first are not known after it."""
        names = dict(self.names)
        kept = {known: getattr(self, known).copy() for known in self.scoped}
        self.depth += 1
        for _ in range(length):
            self.statement()
        self.depth -= 1
        self.names = {name: form for name, form in self.names.items() if name in names}
        for known, value in kept.items():
            setattr(self, known, value)

    def statement(self) -> None:
        self.budget -= 1
        kinds = [kind for kind in self.kinds if self.fits(kind)]
        for _ in range(4):
            if getattr(self, f"write_{self.choose((self.simplest, *kinds))}")():
                return
        self.line(f"a = {self.calm(self.leaf())}")
        self.names["a"] = NUMBER

    def statements(self) -> None:
        while self.budget > 0:
            self.statement()

    def fits(self, kind: str) -> bool:
        """May such a statement stand here?"""
        if kind in self.control and (self.depth > self.deepest or self.budget <= 0):
            return False
        return kind not in self.looping or self.loops < 3

    def length(self) -> int:
        return self.choose((1, 1, 2, 3))

    def write_if(self) -> bool:
        self.line(f"if {self.condition()}:")
        self.block(self.length())
        if self.chance(30):
            self.line(f"elif {self.condition()}:")
            self.block(1)
        if self.chance(50):
            self.line("else:")
            self.block(self.length())
        return True

    def leave(self) -> None:
        """The turn, the loop or the function is left."""
        self.depth += 1
        self.line(f"if {self.condition()}:")
        if self.chance(30):
            self.block(1)
        way = self.choose(("break", "continue", "break", "continue", "return"))
        self.line(f"    return {self.returned()}" if way == "return" else f"    {way}")
        self.depth -= 1

    def text(self, head: str) -> str:
        """The program, with f of these parameters and what it calls."""
        body = "\n".join(self.lines)
        helpers = "".join(f"\n\n{text}" for text in self.helpers if text)
        return f"{HEAD}{helpers}\n\ndef f({head}):\n{body}\n"

    # of each kind of programs its own

    def leaf(self) -> str:
        raise NotImplementedError

    def condition(self) -> str:
        raise NotImplementedError

    def returned(self) -> str:
        raise NotImplementedError


@dataclass
class Brief(Writing):
    """Of short blocks, and loops over whatever holds something."""

    left: ClassVar[int] = 0  # of a hundred loops, those that are left early

    def fits(self, kind: str) -> bool:
        return kind not in self.control or (self.depth < self.deepest and self.budget > 0)

    def write_if(self) -> bool:
        self.line(f"if {self.condition()}:")
        self.block(1 + self.pick(2))
        if self.chance(40):
            self.line("else:")
            self.block(1 + self.pick(2))
        return True

    def inner(self, head: str, **names: Any) -> bool:
        """A loop, in which these names are of these forms."""
        before = dict(self.names)
        self.line(head)
        self.names |= names
        self.block(1 + self.pick(3))
        if self.left and self.chance(self.left):
            self.leave()
        self.names = before
        return True
