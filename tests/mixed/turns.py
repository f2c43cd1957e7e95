"""Programs for the passes: loops whose turns add, multiply, swap, reset, write and read later.

`program(pick)` writes one; its parameters are annotated, and it runs for every length n and m that
is given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from mixed.spans import CALM_ARRAYS, FACTORS, FORMS, PARAMETERS, Form, Spans
from mixed.writing import CONSTANTS, NUMBER


@dataclass
class Writer(Spans):
    """Writes the body of one function."""

    result: str = "total"
    arguments: ClassVar[tuple[tuple[str, int], ...]] = (
        ("x", 100), ("y", 100), ("u", 100), ("v", 60), ("w", 50), ("A", 55), ("B", 25),
    )  # fmt: skip
    data: ClassVar[tuple[str, ...]] = ("k", "n", "m")
    usual: ClassVar[tuple[str, ...]] = (
        "element", "part", "fresh", "whole", "exchange", "rows", "call", "winner", "recur",
    )  # fmt: skip
    parts: ClassVar[tuple[Form, ...]] = (
        ("v", "n"), ("v", "n"), ("v", "n"), ("v", "n-1"), ("v", "n/2"), ("v", "m"), ("v", "m-1"),
        ("v", "n-1/2"), ("v", "n-2"), ("m", "n", "m"), ("m", "n-1", "m"), ("v", "3"),
        ("v", "m/2"), ("m", "n", "m-1"), ("m", "n/2", "m"), ("v", "1"), ("m", "n", "n"),
    )  # fmt: skip
    whole_forms: ClassVar[tuple[Form, ...]] = (
        ("v", "n"), ("v", "n"), ("v", "m"), ("m", "n", "m"),
    )  # fmt: skip
    given: ClassVar[tuple[Form, ...]] = (("v", "n"),)  # to helpers
    looping: ClassVar[tuple[str, ...]] = ("for", "while", "winner")
    control: ClassVar[tuple[str, ...]] = ("if", *looping)
    scoped: ClassVar[tuple[str, ...]] = ("lists",)
    simplest: ClassVar[str] = "recur"
    deepest: ClassVar[int] = 4

    def write_recur(self) -> bool:
        """A carried number takes its next value."""
        names = self.locals()
        if not names:
            return False
        a, b = self.choose(names), self.choose(names)
        factor = self.choose(FACTORS).format(self.leaf())
        return self.line(self.choose((
            f"{a} += {self.scalar()}", f"{a} += {self.scalar()}", f"{a} *= {factor}",
            f"{a} = {a} * {factor} + {self.leaf()}", f"{a} = {b}", f"{a}, {b} = {b}, {a}",
            f"{a}, {b} = {b}, {a} + {self.leaf()}", f"{a} = 0.0",
            f"{a} = {self.calm(self.scalar())}",
            f"{a} -= {b} * {self.leaf()}", f"{a} = {a} + {b}", f"{a} = {self.scalar()} - {a}",
            f"{a} = 0.5 * ({a} + {b})", f"{a} = max({a}, {self.scalar()})",
            f"{a} /= 1.0 + {b} ** 2",
            f"{a} = -{a}", f"{a} = {self.calm(self.scalar())} * {a}",
        )))  # fmt: skip

    def write_element(self) -> bool:
        arrays = self.arrays()
        if not arrays:
            return False
        target = self.element(self.choose(arrays))
        operator = self.choose(("=", "=", "+=", "+=", "-=", "*="))
        value = self.calm(self.scalar()) if operator == "*=" or self.chance(50) else self.scalar()
        return self.line(f"{target} {operator} {value}")

    def write_part(self) -> bool:
        """A part is written, by one index step or by several."""
        form = self.choose(self.parts)
        views = [text for text in self.views(form) if text not in self.names]
        if not views:
            return False
        target = self.choose(views)
        if not target.endswith("]"):
            target = f"{target}[...]"
        operator = self.choose(("=", "=", "=", "+=", "-=", "*="))
        if form[0] == "v" and self.chance(12):
            target = f"{target}[{self.choose(('0', '-1'))}]"
            return self.line(f"{target} {operator} {self.calm(self.leaf())}")
        value = self.array(form)
        if operator == "*=" or self.chance(40):
            value = self.choose(CALM_ARRAYS).format(f"({value})")
        if self.chance(20):
            value = self.calm(self.leaf())
        return self.line(f"{target} {operator} {value}")

    def write_fresh(self) -> bool:
        """An array of each turn's own, or in place of another."""
        form = self.choose(self.whole_forms)
        size = self.size(form)
        names = [name for name, of in self.names.items() if of == form and name not in FORMS]
        name = self.choose(names) if names and self.chance(50) else self.name("t")
        value = self.choose((
            f"np.zeros({size})", f"np.zeros({size})", f"np.empty({size})",
            f"np.array({self.whole(form)})",
            f"np.zeros_like({self.whole(form)})", self.array(form),
            self.choose(CALM_ARRAYS).format(f"({self.array(form)})"),
        ))  # fmt: skip
        later = self.array(form)
        self.line(f"{name} = {value}")
        if "empty" in value:
            self.line(f"{name}[:] = {self.choose(CONSTANTS) if name in self.names else later}")
        self.names[name] = form
        return True

    def write_whole(self) -> bool:
        arrays = self.arrays()
        if not arrays:
            return False
        name = self.choose(arrays)
        form = self.names[name]
        value = self.choose(CALM_ARRAYS).format(f"({self.array(form)})")
        return self.line(self.choose((
            f"{name} += {value}", f"{name} -= {value}", f"{name} *= {self.calm(self.leaf())}",
            f"{name}[:] = {value}", f"{name} = {name} + {value}", f"{name} = {value}",
            f"{name}[:] = 0.0", f"{name} *= {value}",
        )))  # fmt: skip

    def write_exchange(self) -> bool:
        vectors = [name for name in self.arrays() if self.names[name] == ("v", "n")]
        if len(vectors) < 2:
            return False
        one, other = self.choose(vectors), self.choose(vectors)
        at, to = self.index("n"), self.index("n")
        return self.line(self.choose((
            f"{one}, {other} = {other}, {one}",
            f"{one}[{at}], {one}[{to}] = {one}[{to}], {one}[{at}]",
            f"{one}, {other} = {other}, {one} * {self.leaf()}",
        )))  # fmt: skip

    def write_rows(self) -> bool:
        """A list of rows, or what is appended and popped."""
        if not self.lists:
            name = self.name("l")
            self.lists.append(name)
            return self.line(f"{name} = [{self.array(('v', 'n'))} * 1.0]")
        name = self.choose(self.lists)
        match self.choose(("append", "append", "pop", "read", "write", "sum")):
            case "append":
                return self.line(f"{name}.append({self.array(('v', 'n'))} * {self.leaf()})")
            case "pop":
                self.line(f"if len({name}) > 1:")
                a = self.choose(self.locals())
                return self.line(f"    {a} += np.sum({name}.pop()) * {self.choose(CONSTANTS)}")
            case "read":
                a = self.choose(self.locals())
                return self.line(f"{a} += np.sum({name}[-1] * {self.leaf()})")
            case "write":
                return self.line(f"{name}[-1][{self.index('n')}] += {self.calm(self.leaf())}")
        each = self.name("r")
        self.line(f"for {each} in {name}:")
        return self.line(f"    {self.choose(self.locals())} += 0.1 * np.sum({each} ** 2)")

    def write_for(self) -> bool:
        kept = dict(self.indices)
        i = next(name for name in "ijlpq" if name not in self.indices)
        header, length = self.choose((
            ("range(n)", "n"), ("range(n)", "n"), ("range(n)", "n"), ("range(m)", "m"),
            ("range(m)", "m"), ("range(n - 1, -1, -1)", "n"), ("range(1, n)", "n"),
            ("range(n - 1)", "n-1"), ("range(m - 1)", "m-1"), ("range(n // 2)", "n//2"),
            ("range(3)", "3"), ("range(0, n, 2)", "n"), ("range(len(u))", "n"),
            ("reversed(range(m))", "m"), ("range(2)", "2"),
        ))  # fmt: skip
        if length == "n" and self.chance(25) and "n" in kept.values():
            other = next(name for name, of in kept.items() if of == "n")
            header = self.choose((f"range({other})", f"range({other}, n)", f"range({other} + 1)"))
        self.line(f"for {i} in {header}:")
        self.indices[i] = length
        self.turn()
        self.indices = kept
        return True

    def write_while(self) -> bool:
        kept = dict(self.indices)
        i = self.name("i")
        stop = self.choose(("n", "m", "n", "3"))
        self.line(f"{i} = 0")
        more = f" and ({self.condition()})" if self.chance(40) else ""
        self.line(f"while {i} < {stop}{more}:")
        early = self.chance(40)
        if early:
            self.line(f"    {i} += 1")
        self.indices[i] = "" if early else stop
        self.turn(early)
        if not early:
            self.line(f"    {i} += 1")
        self.indices = kept
        return True

    def turn(self, leaves: bool = True) -> None:
        self.loops += 1
        if leaves and self.chance(20):
            self.leave()
        self.block(self.choose((1, 2, 2, 3, 3, 4)))
        if leaves and self.chance(15):
            self.leave()
        self.loops -= 1

    def write_winner(self) -> bool:
        """A loop that looks for the best turn."""
        best, i = self.name("best"), next(name for name in "ijlpq" if name not in self.indices)
        length = self.choose(("n", "m"))
        kept = dict(self.indices)
        self.line(f"{best} = {self.choose(('-9.0', '9.0', self.leaf(), '0.0'))}")
        self.names[best] = NUMBER
        places = self.chance(40)
        at = self.name("at")
        if places:
            self.line(f"{at} = 0")
        self.line(f"for {i} in range({length}):")
        self.indices[i] = length
        self.depth += 1
        if self.chance(30):
            self.statement()
        text = self.name("c")
        self.line(f"{text} = {self.scalar(2)}")
        sign = self.choose("<>")
        self.line(f"if {text} {sign} {best}:")
        self.line(f"    {best} = {self.choose((text, text, text, f'{text} * 0.5'))}")
        if places:
            self.line(f"    {at} = {i}")
        if self.chance(40):
            self.names[text] = NUMBER
            self.depth += 1
            self.statement()
            self.depth -= 1
        if self.chance(25):
            self.statement()
        self.depth -= 1
        self.indices = kept
        self.names.pop(text, None)
        if places and self.arrays():
            fits = [name for name in self.arrays() if self.names[name] == ("v", length)]
            if fits:
                self.line(f"a += {self.choose(fits)}[{at}]")
        if self.chance(30) and not self.inside:
            name = self.choose([n for n in self.arrays() if self.names[n][0] == "v"] or ["u"])
            self.line(f"if len({name}) > 0:")
            self.line(f"    b += {name}[np.argmax({name})] + 0.3 * np.min({name})")
        return True

    def write_call(self) -> bool:
        """A helper that changes what it is given, or returns a number."""
        views = {form: self.views(form) for form in self.given}
        if self.inside or not views["v", "n"]:
            return False
        name = f"h{len(self.helpers)}"
        names: dict[str, Form] = {"p": ("v", "n"), "z": NUMBER}
        if self.chance(50):
            names["q"] = self.choose([form for form, texts in views.items() if texts])
        kinds = [kind for kind in self.kinds if kind not in ("call", "rows")]
        writer = type(self)(
            self.pick, dict(names), kinds=kinds, inside=True, budget=self.choose((2, 3, 4)),
            depth=1, loops=self.loops,
        )  # fmt: skip
        data = ", ".join((*self.data, "x", "y"))
        writer.lines = [f"def {name}({', '.join(names)}, {data}):", "    a = z", "    b = x"]
        writer.names |= {"a": NUMBER, "b": NUMBER}
        writer.result = self.choose(("none", "total"))
        writer.statements()
        writer.line(f"return {writer.returned()}")
        self.helpers.append("\n".join(writer.lines).replace("len(u)", "len(p)") + "\n")
        given = ", ".join(self.leaf() if of == NUMBER else self.choose(views[of])
                          for of in names.values())  # fmt: skip
        text = f"{name}({given}, {data})"
        if writer.result == "none":
            return self.line(text)
        return self.line(f"{self.choose(self.locals())} += {self.calm(text)}")

    def returned(self) -> str:
        if self.result == "none":
            return "None"
        numbers = [name for name in self.numbers() if name not in "xy"]
        terms = [f"{self.choose(CONSTANTS)} * {name}" for name in numbers]
        arrays = [name for name in self.arrays() if name in FORMS or self.depth == 1]
        terms += [f"np.sum({name} ** 2)" for name in arrays]
        terms += [f"np.sum({name}[-1])" for name in self.lists if self.depth == 1]
        total = " + ".join(terms)
        if self.result == "pair":
            return f"{total}, u * 1.0"
        return total


def program(pick: Callable[[int], int], kind: type[Writer] = Writer) -> str:
    """The text of a program: a function f, and what it calls."""
    writer = kind(pick)
    used = [name for name, rate in kind.arguments if rate == 100 or writer.chance(rate)]
    writer.names = {name: FORMS[name] for name in used}
    usual = [name for name in kind.usual if writer.chance(50)]
    writer.kinds = [*usual, *["for"] * 3, *["if"] * 2, *["while"] * writer.chance(50)]
    writer.result = writer.choose(("total", "total", "total", "pair"))
    for name in "abc"[: 2 + writer.chance(50)]:
        writer.line(f"{name} = {writer.choose(('0.0', '1.0', 'x', 'y', 'x * y'))}")
        writer.names[name] = NUMBER
    writer.budget = 4 + writer.pick(9)
    writer.write_for()
    writer.statements()
    writer.line(f"return {writer.returned()}")
    head = ", ".join(f"{name}: {PARAMETERS[name]}" for name in [*used, *kind.data])
    return writer.text(head)
