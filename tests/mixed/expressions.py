"""Expressions over the names that a generated program knows, of a form that is asked for.

A form is ("s",) of a number, ("v", n) of a vector, ("m", rows, columns) of a matrix, ("i", n) of an
index below n, ("l", n) of a list of at least n numbers, ("q", n, form) of a list of n arrays.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mixed.writing import BOUNDS, CONSTANTS, NUMBER, Writing

Form = tuple[Any, ...]
CALM_ARRAYS = ("np.sin({})", "np.tanh({})", "0.5 * np.cos({})", "0.7 * np.sin({})")
SCALARS = (
    "{0} + {1}", "{0} * {1}", "{0} - {1}", "math.sin({0})", "math.tanh({0}) * {1}",
    "{0} / (2.0 + math.cos({1}))", "math.exp(-({0}) ** 2)", "-{0} * {1}",
    "math.sqrt(1.5 + math.sin({0}))", "({0} if {1} > {2} else {1})", "{0} / (1.0 + {1} ** 2)",
)  # fmt: skip
ARRAYS = (
    "{0} * {2}", "{0} + {2}", "np.sin({0})", "{0} * {1}", "{0} - 0.5 * {1}", "np.tanh({0} + {2})",
    "np.where({0} > {3}, {1}, {2})", "{0} / (1.0 + {1} ** 2)", "-{0}", "np.cos({1}) * {0}",
)  # fmt: skip


def parts(length: int) -> list[tuple[str, int]]:
    """Slices of a vector, with their lengths."""
    texts = ("1:", ":-1", "::-1", ":", "::2", "1:3", "-2:", "2:", "-2::-1", ":2")
    found = [(text, len(range(length)[_slice(text)])) for text in texts]
    return [(text, size) for text, size in found if size > 0]


def _slice(text: str) -> slice:
    return slice(*(int(part) if part else None for part in text.split(":")))


@dataclass
class Expressions(Writing):
    """The names that are known, and how expressions of them are written."""

    functions: dict[str, Form] = field(default_factory=dict)  # of one number, that can be called

    def named(self, kind: str) -> list[str]:
        return [name for name, form in self.names.items() if form[0] == kind]

    def of_form(self, form: Form) -> list[str]:
        return [name for name, known in self.names.items() if known == form]

    # numbers

    def index(self, length: int) -> str:
        """An index below this length: a number, or a name that is small enough."""
        fits = [name for name in self.named("i") if self.names[name][1] <= length]
        if fits and self.chance(60):
            name = self.choose(fits)
            return self.choose((name, name, f"{name} - 1"))
        return self.choose(("0", "-1", str(length - 1), str(self.pick(length))))

    def element(self) -> str:
        """An element of a vector, a matrix or a list."""
        options = [*self.named("v"), *self.named("m"), *self.named("l"), *self.named("q")]
        if not options:
            return self.choose(CONSTANTS)
        return self.element_of(self.choose(options))

    def element_of(self, name: str) -> str:
        match self.names[name]:
            case ("m", rows, columns):
                one, other = self.index(rows), self.index(columns)
                return self.choose((f"{name}[{one}, {other}]", f"{name}[{one}][{other}]"))
            case ("q", _, ("v", length)):
                return f"{name}[{self.item(name)}][{self.index(length)}]"
            case ("q", _, ("m", rows, columns)):
                index = f"{self.index(rows)}, {self.index(columns)}"
                return f"{name}[{self.item(name)}][{index}]"
            case (_, length):
                return f"{name}[{self.index(length)}]"
        raise AssertionError(name)

    def item(self, name: str) -> str:
        """The place of an array in a list; rarely one that is only known when it runs."""
        length = self.names[name][1]
        return self.index(length) if self.chance(10) else str(self.pick(length))

    def leaf(self) -> str:
        numbers = self.named("s")
        match self.choose(("name", "element", "name", "element", "name", "constant")):
            case "name" if numbers:
                return self.choose((*numbers, *numbers[2:]))
            case "constant":
                return self.choose(CONSTANTS)
        return self.element()

    def scalar(self, depth: int = 2) -> str:
        if depth <= 0:
            return self.leaf()
        if self.chance(22):
            return self.reduced()
        form = self.choose(SCALARS)
        text = form.format(self.scalar(depth - 1), self.leaf(), self.choose(BOUNDS))
        return text if text.endswith(")") and "{0} " not in form else f"({text})"

    def reduced(self) -> str:
        """A number out of arrays, lists, or a function."""
        options = [f"{name}({{}})" for name in self.functions if self.functions[name] == NUMBER]
        if options and self.chance(50):
            return self.choose(options).format(self.scalar(1))
        arrays = [*self.named("v"), *self.named("m")]
        if not arrays:
            return self.leaf()
        name = self.choose(arrays)
        form = self.names[name]
        other = self.array(form, 1)
        texts = [f"np.sum({name} * {other})", f"np.mean({name})", f"0.3 * np.sum({other})"]
        if form[0] == "v":
            texts += [f"np.dot({name}, {other})", f"sum(e * {self.leaf()} for e in {name})"]
        else:
            texts += [f"np.sum({name} @ {self.array(('v', form[2]), 0)})"]
        texts += [f"sum({name})" for name in self.named("l")]
        return self.choose(texts)

    def number(self, depth: int = 2) -> str:
        """What is assigned to a number."""
        text = self.scalar(depth)
        if self.loops or self.chance(60):
            return self.calm(text)
        return text

    def condition(self) -> str:
        one = self.scalar(1)
        match self.choose(("plain", "plain", "and", "or", "not", "chain", "index")):
            case "and":
                return f"{one} > {self.choose(BOUNDS)} and {self.leaf()} < {self.choose(BOUNDS)}"
            case "or":
                return f"{one} < {self.choose(BOUNDS)} or {self.leaf()} > {self.choose(BOUNDS)}"
            case "not":
                return f"not {one} > {self.choose(BOUNDS)}"
            case "chain":
                return f"-0.913 < {one} <= {self.choose(BOUNDS)}"
            case "index" if self.named("i"):
                return f"{self.choose(self.named('i'))} {self.choose(('==', '>', '<', '!='))} 1"
        return f"{one} > {self.choose(BOUNDS)}"

    # arrays

    def array(self, form: Form, depth: int = 1) -> str:
        """An array of this form."""
        if depth <= 0 or self.chance(25):
            return self.part(form)
        made = self.made(form) if self.chance(25) else None
        if made is not None:
            return made
        template = self.choose(ARRAYS)
        text = template.format(
            self.array(form, depth - 1), self.part(form), self.leaf(), self.choose(BOUNDS)
        )
        return text if text.endswith(")") and "{0} " not in template else f"({text})"

    def part(self, form: Form) -> str:
        """An array of this form that is there, or a view of one."""
        views = self.views(form)
        if not views:
            length = form[1] if form[0] == "v" else (form[1], form[2])
            return self.choose((f"np.full({length}, {self.leaf()})", f"np.ones({length})"))
        return self.choose(views)

    def views(self, form: Form) -> list[str]:
        """Every view of this form that the names have, the names themselves first."""
        found: list[str] = []
        for name, known in self.names.items():
            match known, form:
                case ("v", length), ("v", wanted):
                    found += [name] * 2 * (length == wanted)
                    found += [f"{name}[{t}]" for t, size in parts(length) if size == wanted]
                case ("m", rows, columns), ("v", wanted):
                    found += [f"{name}[{self.index(rows)}]"] * (columns == wanted)
                    found += [f"{name}[:, {self.index(columns)}]"] * (rows == wanted)
                    found += [f"{name}.T[{self.index(columns)}]"] * (rows == wanted)
                    found += [f"{name}[{self.index(rows)}, 1:]"] * (columns - 1 == wanted)
                    flat = (f"{name}.ravel()", f"{name}.reshape(-1)")
                    found += [self.choose(flat)] * (rows * columns == wanted)
                case ("m", rows, columns), ("m", *wanted):
                    found += [name] * 2 * ([rows, columns] == wanted)
                    found += [f"{name}.T"] * ([columns, rows] == wanted)
                    found += [f"{name}[1:]"] * ([rows - 1, columns] == wanted)
                    found += [f"{name}[:, 1:]"] * ([rows, columns - 1] == wanted)
                    found += [f"{name}[::-1]"] * ([rows, columns] == wanted)
                    found += [f"{name}[:, ::-1]"] * ([rows, columns] == wanted)
                case ("q", _, held), _ if held == form:
                    found.append(f"{name}[{self.item(name)}]")
                case ("v", length), ("m", rows, columns) if rows * columns == length:
                    found.append(f"{name}.reshape({rows}, {columns})")
        return found

    def made(self, form: Form) -> str | None:
        """An array that is computed otherwise than element by element."""
        if form[0] == "m":
            rows, columns = form[1:]
            one, other = self.part(("v", rows)), self.part(("v", columns))
            return self.choose((
                f"np.outer({one}, {other})", f"({self.part(form)} + {other})",
                f"({one}[:, None] * {self.part(form)})", f"np.full(({rows}, {columns}), 0.31)",
                f"np.zeros(({rows}, {columns}))", f"{self.part(form)}.copy()",
            ))  # fmt: skip
        length = form[1]
        source = self.part(form)
        texts = [
            f"np.cumsum({source}) * 0.3", f"{source}.copy()", f"np.roll({source}, 1)",
            f"np.zeros({length})", f"np.array([{self.items(length)}])",
            f"np.array([math.sin(e) for e in {source}])",
        ]  # fmt: skip
        if length > 1:
            text = f"np.concatenate(({self.part(('v', length - 1))}, [{self.leaf()}]))"
            texts.append(text)
        for name in self.named("m"):
            if self.names[name][1] == length:
                texts.append(f"{name} @ {self.part(('v', self.names[name][2]))}")
        for name, known in self.names.items():
            if known[0] == "v" and length <= 4:
                picks = ", ".join(str(self.pick(known[1])) for _ in range(length))
                texts.append(f"{name}[[{picks}]]")
        return f"({self.choose(texts)})"

    def items(self, length: int) -> str:
        return ", ".join(self.scalar(1) for _ in range(length))

    def value(self, form: Form) -> str:
        """What is assigned to something of this form, bounded."""
        if form == NUMBER:
            return self.number()
        text = self.array(form)
        if self.loops or self.chance(50):
            return self.choose(CALM_ARRAYS).format(text)
        return text

    def fresh(self, form: Form) -> str:
        """An array of this form that shares its memory with no other."""
        match self.choose(("made", "copy", "calm")):
            case "copy":
                return f"{self.part(form)}.copy()"
            case "made":
                length = form[1] if form[0] == "v" else (form[1], form[2])
                return self.choose((f"np.zeros({length})", f"{self.part(form)} * {self.leaf()}"))
        return self.choose(CALM_ARRAYS).format(self.array(form))
