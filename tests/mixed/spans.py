"""Expressions for programs whose arrays have the lengths n and m, whatever these are.

A form is ("s",) of a number, ("v", length) of a vector and ("m", rows, columns) of a matrix; a
length is "n", "m", or that of a part: "n-1" of u[1:], "n/2" of u[::2].
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mixed.writing import BOUNDS, CONSTANTS, NUMBER, Writing

Form = tuple[str, ...]
PARAMETERS = {
    "x": "float", "y": "float", "u": '"float[n]"', "v": '"float[n]"', "w": '"float[m]"',
    "A": '"float[n, m]"', "B": '"float[n, n]"', "C": '"float[m, o]"', "T": '"float[n, m, o]"',
    "S": '"float[o, n, m]"', "k": '"int[n]"', "g": '"int[n]"', "h": '"int[m]"', "e": '"int[m, o]"',
    "on": '"bool[n]"', "n": "int", "m": "int", "o": "int",
}  # fmt: skip
FORMS: dict[str, Form] = {
    "x": NUMBER, "y": NUMBER, "u": ("v", "n"), "v": ("v", "n"), "w": ("v", "m"),
    "A": ("m", "n", "m"), "B": ("m", "n", "n"), "C": ("m", "m", "o"), "T": ("t", "n", "m", "o"),
    "S": ("t", "o", "n", "m"),
}  # fmt: skip
CALM_ARRAYS = ("np.sin({})", "np.tanh({})", "0.5 * np.cos({})", "0.3 * {}", "{} * 0.7")
FACTORS = ("0.5", "-0.7", "0.9", "x", "y", "math.cos({})", "(1.0 + 0.1 * {})")
PARTS = {  # what is cut of an axis, and the length of that
    "n": {
        "": "n", "[:]": "n", "[::-1]": "n", "[1:]": "n-1", "[:-1]": "n-1", "[1:][::-1]": "n-1",
        "[::2]": "n/2", "[::-1][::2]": "n/2", "[::2][::-1]": "n/2", "[1:][::2]": "n-1/2",
        "[1:][1:]": "n-2", "[2:]": "n-2", "[1:-1]": "n-2", "[:1]": "1", "[k]": "n",
        "[k][1:]": "n-1", "[1:][:1]": "1?", "[1::2]": "n-1/2", "[:-2]": "n-2",
    },
    "m": {
        "": "m", "[:]": "m", "[::-1]": "m", "[1:]": "m-1", "[:-1]": "m-1", "[:1]": "1",
        "[::2]": "m/2", "[1:][::2]": "m-1/2", "[::-1][1:]": "m-1", "[[0, 0, -1]]": "3",
        "[::2][[0, 0, -1]]": "3", "[1:][[0, -1, 0]]": "3",
    },
}  # fmt: skip


def parts(length: str, wanted: str) -> list[str]:
    return [text for text, size in PARTS.get(length, {"": length}).items() if size == wanted]


def extent(length: str) -> str:
    """The length of an axis or of a part of it, as an expression."""
    whole, _, every = length.removesuffix("?").partition("/")
    if every:
        return f"({whole} + 1) // 2" if whole in "nmo" else f"{whole[0]} // 2"
    name, less, cut = whole.partition("-")
    return f"max({name} - {cut}, 0)" if less else whole


@dataclass
class Spans(Writing):
    """The names that are known, and how expressions of them are written."""

    indices: dict[str, str] = field(default_factory=dict)  # loop variables, below which length
    lists: list[str] = field(default_factory=list)

    def numbers(self) -> list[str]:
        return [name for name, form in self.names.items() if form == NUMBER]

    def locals(self) -> list[str]:
        return [name for name in self.numbers() if name in "abcd"]

    def arrays(self) -> list[str]:
        return [name for name, form in self.names.items() if form != NUMBER]

    # expressions

    def index(self, length: str) -> str:
        """An index into an axis of this length, which may count from its end."""
        fits = [name for name, of in self.indices.items() if of == length]
        if fits and self.chance(85):
            i = self.choose(fits)
            ways = (i, i, i, f"{i} - 1", f"{length} - 1 - {i}", f"-{i} - 1")
            if length == "n" and self.chance(15):
                return f"k[{i}]"
            if self.chance(15):
                return f"({i} + 1) % {length}"
            return self.choose(ways)
        fits = [name for name, of in self.indices.items() if of == f"{length}-1"]
        if fits and self.chance(85):
            i = self.choose(fits)
            return self.choose((i, f"{i} + 1", f"{i} + 1"))
        fits = [name for name, of in self.indices.items() if of == f"{length}//2"]
        if fits:
            i = self.choose(fits)
            return self.choose((i, f"2 * {i}", f"2 * {i} + 1"))
        return self.choose(("0", "-1", "0", "-1"))

    def element(self, name: str = "") -> str:
        arrays = [name] if name else self.arrays()
        if not arrays:
            return self.choose(CONSTANTS)
        name = self.choose(arrays)
        match self.names[name]:
            case ("m", rows, columns):
                one, other = self.index(rows), self.index(columns)
                return self.choose((f"{name}[{one}, {other}]", f"{name}[{one}][{other}]"))
            case (_, length):
                return f"{name}[{self.index(length)}]"
        raise AssertionError(name)

    def leaf(self) -> str:
        numbers = [*self.numbers(), *self.locals()]
        match self.choose(("name", "name", "element", "element", "constant")):
            case "name" if numbers:
                return self.choose(numbers)
            case "constant":
                return self.choose(CONSTANTS)
        return self.element()

    def scalar(self, depth: int = 1) -> str:
        if depth <= 0 or self.chance(30):
            return self.leaf()
        if self.chance(20):
            return self.reduced()
        return self.choose((
            "{0} + {1}", "{0} * {1}", "{0} - {1}", "math.sin({0})", "{0} * {1} + {2}",
            "{0} / (1.0 + {1} ** 2)", "max({0}, {1})", "min({0}, {1} * {2})", "abs({0})",
            "({0} if {1} > {2} else {1})", "math.exp(-{0} ** 2)",
        )).format(self.scalar(depth - 1), self.leaf(), self.leaf())  # fmt: skip

    def reduced(self) -> str:
        """A number out of an array."""
        form = self.choose((("v", "n"), ("v", "n"), ("v", "n-1"), ("v", "m"), ("v", "n/2")))
        one, other = self.array(form, 0), self.array(form, 0)
        texts = [
            f"np.sum({one})", f"{one} @ {other}", f"np.dot({one}, {other})", f"{one}.sum()",
            f"np.sum({one} * {other})", f"np.mean({one}) if n > 2 and m > 2 else 0.3",
            f"np.sum(({one} - {other}) ** 2)", f"np.sum({one} * {self.leaf()})",
        ]  # fmt: skip
        for name, of in self.names.items():
            if of[0] == "m":
                left, right = self.array(("v", of[1]), 0), self.array(("v", of[2]), 0)
                texts += [
                    f"{left} @ {name} @ {right}", f"np.sum({name})", f"{left} @ ({name} @ {right})",
                    f"np.sum({name} * {right})", f"np.einsum('ij,i,j->', {name}, {left}, {right})",
                    f"np.sum({name}[{self.index(of[1])}])", f"np.sum({name}.sum(0) * {right})",
                ]  # fmt: skip
        return f"({self.choose(texts)})"

    def condition(self) -> str:
        loops = list(self.indices)
        if loops and self.chance(35):
            i, j = self.choose(loops), self.choose(loops)
            return self.choose((
                f"{i} % 2 == 0", f"{i} > 0", f"{i} == 1", f"{i} != {j}", f"{i} > {j}", f"{i} < 2",
            ))  # fmt: skip
        one = self.scalar(1)
        if self.chance(20):
            both = self.choose(("and", "or"))
            return f"{one} > {self.choose(BOUNDS)} {both} {self.leaf()} < {self.choose(BOUNDS)}"
        if self.chance(15):
            return f"not {one} < {self.leaf()}"
        return f"{one} > {self.choose((*BOUNDS, self.leaf()))}"

    # arrays

    def views(self, form: Form, whole: bool = False) -> list[str]:
        """Views and parts of this form that the names have."""
        found: list[str] = []
        for name, known in self.names.items():
            match known, form:
                case ("v", length), ("v", wanted):
                    found += [f"{name}{text}" for text in parts(length, wanted)]
                case ("m", rows, columns), ("v", wanted):
                    at = self.index(rows)
                    found += [f"{name}[{at}]{text}" for text in parts(columns, wanted)]
                    at = self.index(columns)
                    if columns == wanted == "m":
                        found += [f"{name}[1:][0]", f"{name}[::2][-1]", f"{name}[k][0]"]
                    if rows == wanted:
                        found += [f"{name}[:, {at}]", f"{name}.T[{at}]"]
                    if f"{rows}-1" == wanted:
                        found += [f"{name}[1:, {at}]", f"{name}[1:][:, {at}]"]
                case ("m", rows, columns), ("m", one, other):
                    found += [f"{name}{t}" for t in parts(rows, one) if columns == other]
                    if rows == one:
                        found += [f"{name}[:, {t[1:]}" for t in parts(columns, other)
                                  if t.count("[") == 1]  # fmt: skip
                    if (rows, columns) == (other, one):
                        found.append(f"{name}.T")
        direct = [text for text in found if text in self.names]
        return [*found, *direct * 2]

    def view(self, form: Form) -> str:
        views = self.views(form)
        if views:
            return self.choose(views)
        if form[0] == "v" and form[1] in ("n", "m"):
            return self.choose((f"np.full({form[1]}, {self.leaf()})", f"np.ones({form[1]})"))
        return self.leaf()

    def whole(self, form: Form) -> str:
        """An array of this form, never a number."""
        return self.choose(self.views(form) or [f"np.ones({self.size(form)})"])

    def size(self, form: Form) -> str:
        lengths = [extent(length) for length in form[1:]]
        return lengths[0] if form[0] == "v" else f"({', '.join(lengths)})"

    def array(self, form: Form, depth: int = 1) -> str:
        if depth <= 0:
            return self.view(form)
        if self.chance(25):
            return self.made(form)
        if self.chance(20):
            return self.spread(form)
        return self.choose((
            "{0} * {2}", "{0} + {2}", "np.sin({0})", "{0} * {1}", "({0} - 0.5 * {1})",
            "np.where({0} > {2}, {1}, {2})", "np.where({0} > {1}, {0}, {1})", "-{0}",
            "np.maximum({0}, {1})", "({0} + 0.0)", "({0} + {1})", "{2} * ({0} + {1})",
        )).format(self.array(form, depth - 1), self.view(form), self.leaf())  # fmt: skip

    def spread(self, form: Form) -> str:
        """Rows and columns that are spread, and lengths of one."""
        if form[0] == "m":
            row, column = self.view(("v", form[2])), self.view(("v", form[1]))
            one = self.view(form)
            return self.choose((
                f"({one} + {row})", f"{one} * {row}", f"{one} * ({column})[:, None]",
                f"({row} + ({column})[:, None])", f"{one} * {row}[None, :]",
            )) if not column.startswith("-") else one  # fmt: skip
        return f"({self.view(form)} * {self.view(('v', '1'))})"

    def made(self, form: Form) -> str:
        if form[0] == "m":
            one, other = self.view(("v", form[1])), self.view(("v", form[2]))
            return self.choose((f"np.outer({one}, {other})", f"({self.view(form)} + 0.0)"))
        texts = [f"{self.view(form)} * {self.leaf()}"]
        for name, of in self.names.items():
            if of[0] == "m" and of[1] == form[1]:
                texts += [f"{name} @ {self.view(('v', of[2]))}", f"{name}.sum(1)",
                          f"np.einsum('ij,j->i', {name}, {self.view(('v', of[2]))})"]  # fmt: skip
            if of[0] == "m" and of[2] == form[1]:
                texts += [f"{name}.T @ {self.view(('v', of[1]))}", f"{name}.sum(axis=0)",
                          f"{self.view(('v', of[1]))} @ {name}"]  # fmt: skip
        if form[1] in ("n", "m"):
            texts.append(f"np.cumsum({self.view(form)}) * 0.3")
        return f"({self.choose(texts)})"
