"""Whole programs: control flow and calls around the assignments and writes.

`program(pick)` writes one; `pick(n)` gives a number below n, by a random generator or by
hypothesis.  Every value stays moderate, so that derivatives can be compared to many digits: what is
assigned in a loop goes through a bounded function first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from mixed.expressions import Form
from mixed.writes import Writes
from mixed.writing import BOUNDS, CONSTANTS, NUMBER

ARGUMENTS: dict[str, Form] = {
    "x": NUMBER,
    "y": NUMBER,
    "u": ("v", 4),
    "A": ("m", 3, 4),
    "k": ("k", 4),
    "s": ("l", 3),
}
RESULTS: tuple[Form, ...] = (NUMBER, NUMBER, NUMBER, ("t",), ("v", 4), ("t", ("v", 3)))
SIMPLE = ("assign", "augment", "swap", "new", "view", "rebound", "element", "part", "whole", "mask")
KINDS = (*SIMPLE, "fancy", "exchange", "list", "grow", "item", "call", "mutate", "local", "raise")
CONTROL = ("if", "for", "while", "try", "choice")


@dataclass
class Writer(Writes):
    """Writes the body of one function."""

    result: Form = NUMBER
    control: ClassVar[tuple[str, ...]] = CONTROL
    scoped: ClassVar[tuple[str, ...]] = ("functions",)

    def fits(self, kind: str) -> bool:
        return super().fits(kind) and (kind != "local" or self.depth <= 2)

    def write_choice(self) -> bool:
        """A conditional expression, or a number found in each branch."""
        name = self.choose("abcd")
        if name in self.fixed:
            return False
        if self.chance(50):
            text = f"{self.number(1)} if {self.condition()} else {self.number(1)}"
            self.line(f"{name} = {text}")
        else:
            self.line(f"if {self.condition()}:")
            self.line(f"    {name} = {self.number()}")
            self.line("else:")
            self.line(f"    {name} = {self.number()}")
        self.names[name] = NUMBER
        return True

    # loops

    def write_for(self) -> bool:
        names = dict(self.names)
        index = self.header()
        self.turn(True)
        if self.chance(15):
            self.line("else:")
            self.block(1)
        self.names = names
        if index is not None and self.chance(10):
            self.names[index] = ("i", 4)  # the loop variable is known after the loop
        return True

    def header(self) -> str | None:
        """The first line of a for loop; the index it counts with, if there is one."""
        count = self.choose((2, 3, 3, 4))
        vectors, matrices = self.named("v"), self.named("m")
        ways = ["range", "range", "down"] + ["vector", "enumerate"] * bool(vectors)
        ways += ["rows", "rows"] * bool(matrices) + ["pairs"] * bool(vectors)
        ways += ["list"] * bool(self.named("l")) + ["arrays"] * bool(self.named("q"))
        ways += ["data"] * ("k" in self.names)
        match self.choose(ways):
            case "range":
                index = self.name("i", ("i", count))
                self.line(f"for {index} in range({count}):")
                return index
            case "down":
                index = self.name("i", ("i", count))
                self.line(f"for {index} in range({count - 1}, -1, -1):")
            case "vector":
                source = self.choose(vectors)
                self.line(f"for {self.name('e', NUMBER)} in {source}:")
            case "enumerate":
                source = self.choose(vectors)
                index = self.name("i", ("i", self.names[source][1]))
                self.line(f"for {index}, {self.name('e', NUMBER)} in enumerate({source}):")
            case "rows":
                source = self.choose(matrices)
                form = ("v", self.names[source][2])
                text = f"{source}.T" if self.chance(20) else source
                if text != source:
                    form = ("v", self.names[source][1])
                self.line(f"for {self.name('r', form)} in {text}:")
            case "pairs":
                one, other = self.choose(vectors), self.choose(vectors)
                text = f"{self.name('e', NUMBER)}, {self.name('e', NUMBER)}"
                self.line(f"for {text} in zip({one}, {other}):")
            case "list":
                source = self.choose(self.named("l"))
                self.fixed.add(source)  # a list that grows as it is gone through has no end
                self.line(f"for {self.name('e', NUMBER)} in {source}:")
            case "arrays":
                source = self.choose(self.named("q"))
                self.line(f"for {self.name('r', self.names[source][2])} in {source}:")
            case "data":
                self.line(f"for {self.name('i', ('i', 3))} in k:")
        return None

    def write_while(self) -> bool:
        names = dict(self.names)
        index = self.name("n")
        self.line(f"{index} = 0")
        more = f" and ({self.condition()})" if self.chance(50) else ""
        self.line(f"while {index} < {self.choose((2, 3, 4))}{more}:")
        self.line(f"    {index} += 1")
        self.names[index] = ("i", 5)
        self.fixed.add(index)
        self.turn(False)
        if self.chance(15):
            self.line("else:")
            self.block(1)
        self.names = names
        return True

    def turn(self, counted: bool) -> None:
        """The body of a loop, which may leave the turn, the loop or the function."""
        self.loops += 1
        if self.chance(40):
            self.leave()
        grows, self.kinds = self.kinds, [
            kind for kind in self.kinds if kind != "list" and (kind != "grow" or self.chance(30))
        ]  # fmt: skip
        self.block(self.choose((1, 2, 2, 3)))
        if self.chance(30):
            self.leave()
        self.kinds = grows
        self.loops -= 1

    # try

    def write_try(self) -> bool:
        name = self.choose("abcd")
        if name in self.fixed:
            return False
        error, risky = self.choose((
            ("ValueError", f"{name} = math.log({self.scalar(1)})"),
            ("ValueError", f"{name} = math.sqrt({self.scalar(1)} - 0.111)"),
            ("IndexError", f"{name} = [{self.leaf()}, {self.leaf()}][{self.place()}]"),
            ("ValueError", f"{name} = {self.number()}"),
        ))  # fmt: skip
        self.line("try:")
        if self.chance(40):
            self.line(f"    if {self.condition()}:")
            self.line(f"        raise {error}('low')")
        self.line(f"    {risky}")
        self.line(f"except {error}:")
        self.line(f"    {name} = {self.number(1)}")
        self.names[name] = NUMBER
        if self.chance(20):
            self.line("else:")
            self.block(1)
        if self.chance(5):
            self.line("finally:")
            self.line(f"    {name} = {self.calm(name)}")
        return True

    def place(self) -> str:
        """An index that may be beyond a list of two."""
        names = self.named("i")
        return self.choose(names) if names else self.choose("01")

    def write_raise(self) -> bool:
        """What the program raises, its derivatives raise; rarely, for the rest is not seen then."""
        if not self.chance(15):
            return False
        self.line(f"if {self.condition()}:")
        error = self.choose(("ValueError", "ZeroDivisionError", "RuntimeError"))
        text = f"'{self.choose(('low', 'high'))}'"
        return self.line(f"    raise {error}({text})")

    # calls

    def write_call(self) -> bool:
        """A number or an array from a helper that is written for it."""
        if self.inside and not self.chance(20):
            return False
        text, form = self.call(self.choose((NUMBER, NUMBER, ("v", 4), ("v", 3), ("t",))))
        if form == ("t",):
            self.line(f"c, d = {text}")
            self.names["c"] = self.names["d"] = NUMBER
            return True
        if form == NUMBER:
            name = self.choose("abcd")
            self.names[name] = NUMBER
            return self.line(f"{name} = {text}")
        return self.line(f"{self.name('w', form)} = {text}")

    def write_mutate(self) -> bool:
        """A helper that writes into what it is given."""
        if not self.arrays() or (self.inside and not self.chance(20)):
            return False
        text, _ = self.call(("n",))
        return self.line(text)

    def call(self, result: Form) -> tuple[str, Form]:
        """A call of a new helper, with arguments of the names that are known."""
        forms: list[Form] = []
        given: list[str] = []
        arrays = [form for form in NEW_ARGUMENTS if self.views(form)]
        for _ in range(self.choose((1, 2, 2, 3))):
            form = self.choose((NUMBER, *arrays, *arrays)) if arrays else NUMBER
            if result == ("n",) and not forms and arrays:
                form = self.choose(arrays)
            forms.append(form)
            plain = form == NUMBER or self.chance(15)
            given.append(self.argument(form) if plain else self.choose(self.views(form)))
        name = f"h{len(self.helpers)}"
        writer = self.other(forms, result)
        deep = result == NUMBER and self.chance(20)
        head = ", ".join([*writer.names, *["n"] * deep])
        writer.line(f"def {name}({head}):")
        writer.depth = 1
        self.helpers.append("")  # the name is taken
        writer.budget = self.choose((1, 2, 3))
        writer.statements()
        if deep:
            again = ", ".join([writer.argument(form, own=True) for form in forms])
            writer.line("if n <= 0:")
            writer.line(f"    return {writer.returned()}")
            self.helpers.append("")
            text = f"{name}({again}, n - 1)"
            writer.line(f"return {writer.choose((text, writer.calm(text)))}")
            given.append(self.choose("123"))
        elif result == ("n",):
            if writer.chance(10):
                writer.line("return")
        else:
            writer.line(f"return {writer.returned()}")
        writer.lines[0] = writer.lines[0].lstrip()
        self.helpers.append("\n".join(writer.lines) + "\n")
        return f"{name}({', '.join(given)})", result

    def argument(self, form: Form, own: bool = False) -> str:
        if form == NUMBER:
            return self.calm(self.scalar(1)) if own else self.scalar(1)
        return self.choose(self.views(form)) if own else self.array(form)

    def other(self, forms: list[Form], result: Form) -> Writer:
        """The writer of a helper with parameters of these forms."""
        names = {f"{'t' if form == NUMBER else 'p'}{i}": form for i, form in enumerate(forms)}
        kinds = [kind for kind in self.kinds if kind not in ("try", "local", "list", "grow")]
        return Writer(
            self.pick, dict(names), helpers=self.helpers, kinds=kinds, result=result, inside=True,
            depth=0, loops=self.loops,
        )  # fmt: skip

    def write_local(self) -> bool:
        """A function inside the function, that sees its names; called here or by another."""
        if self.inside:
            return False
        numbers, arrays = self.own_numbers(), self.named("v")
        name = f"g{self.counter}"
        self.counter += 1
        way = self.choose(("lambda", "def", "write", "nonlocal", "given"))
        outer, self.names = self.names, {**self.names, "z": NUMBER}
        if way == "lambda" or way == "given":
            body = self.calm(self.scalar(1))
            self.line(f"{name} = lambda z: {body}")
        else:
            self.line(f"def {name}(z):")
            if way == "write" and arrays:
                target = self.element_of(self.choose(arrays))
                self.line(f"    {target} = {self.calm(self.scalar(1))}")
            if way == "nonlocal" and numbers:
                changed = self.choose(numbers)
                self.line(f"    nonlocal {changed}")
                self.line(f"    {changed} = {self.calm(self.scalar(1))}")
            self.line(f"    return {self.calm(self.scalar(1))}")
        self.names = outer
        if way == "given":
            caller = f"h{len(self.helpers)}"
            self.helpers.append(
                f"def {caller}(g, z):\n    for i in range(2):\n"
                f"        z = z * {self.choose(CONSTANTS)} + g(z)\n"
                f"        if z > {self.choose(BOUNDS)}:\n            return z\n    return g(z)\n"
            )
            self.line(f"a = {caller}({self.choose((name, 'math.sin'))}, {self.leaf()})")
            self.names["a"] = NUMBER
        self.functions[name] = NUMBER
        return True

    # the end

    def returned(self) -> str:
        """A result of the form that every return has."""
        match self.result:
            case ("n",):
                return "None"
            case ("t",):
                return f"{self.total()}, {self.number(1)}"
            case ("t", form):
                return f"{self.total()}, {self.array(form)}"
            case ("s",):
                return self.total()
        if self.inside:
            return self.part(self.result)  # often a view of an argument
        return self.array(self.result)

    def total(self) -> str:
        """A number that everything influences."""
        if self.loops:
            return self.scalar(2)
        terms = self.named("s")
        terms += [f"np.sum({name} ** 2)" for name in self.arrays()]
        terms += [f"sum({name})" for name in self.named("l")]
        terms += [f"np.sum({name}[-1])" for name in self.named("q")]
        return " + ".join(terms) if terms else self.scalar(1)


NEW_ARGUMENTS: tuple[Form, ...] = (("v", 4), ("v", 3), ("m", 3, 4), ("v", 2))


def program(pick: Callable[[int], int], size: int = 7) -> str:
    """The text of a program: a function f, and what it calls."""
    writer = Writer(pick)
    rates = (("A", 60), ("k", 25), ("s", 15))
    used = ["x", "y", "u"] + [name for name, percent in rates if writer.chance(percent)]
    writer.names = {name: ARGUMENTS[name] for name in used}
    writer.fixed = {"x", "y", "k"}
    usual = [kind for kind in KINDS if writer.chance(55)]
    control = [kind for kind in CONTROL if writer.chance(65)]
    writer.kinds = [*usual, *control, *control]
    writer.result = writer.choose(RESULTS)
    writer.line(f"a = {writer.number(1)}")
    writer.names["a"] = NUMBER
    writer.budget = 1 + writer.pick(size)
    writer.statements()
    writer.line(f"return {writer.returned()}")
    return writer.text(", ".join(used))
