"""Expressions over arrays of one to three axes: views of many steps, index arrays and masks.

A form is as in `spans`, with ("t", planes, rows, columns) besides; the lengths are n, m and o.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass, field
from typing import ClassVar

from mixed.spans import Form, extent, parts
from mixed.turns import Writer
from mixed.writing import BOUNDS, CONSTANTS, NUMBER

Lengths = tuple[str, ...]
LETTERS = ("", "v", "m", "t")
UNKNOWN = "?"  # the length of what a mask takes
PLACES: dict[str, tuple[str, Lengths]] = {  # parameters of integers: below which length, and form
    "k": ("n", ("n",)), "g": ("m", ("n",)), "h": ("m", ("m",)), "e": ("n", ("m", "o")),
}  # fmt: skip
PLANES: tuple[Form, ...] = (
    ("t", "n", "m", "o"), ("t", "n", "m", "o"), ("t", "o", "n", "m"), ("m", "n", "m"),
    ("m", "m", "o"), ("v", "n"), ("v", "m"),
)  # fmt: skip
MASKS: tuple[Lengths, ...] = (
    ("n",), ("n",), ("m",), ("n", "m"), ("n", "m"), ("n", "m", "o"), ("o",), ("m", "o"),
    ("o", "n", "m"),
)  # fmt: skip
EINSUMS = {  # what is summed over, of axes i, j and k
    "i": ("{T}.sum(axis=0)", "np.einsum('ijk,i->jk', {T}, {i})", "np.tensordot({i}, {T}, 1)"),
    "j": ("{T}.sum(axis=1)", "np.einsum('ijk,j->ik', {T}, {j})", "np.mean({T} + 0.1, axis=1)"),
    "k": ("{T} @ {k}", "np.einsum('ijk,k', {T}, {k})", "np.max({T}, axis=-1)",
          "np.linalg.norm({T} + 1.7, axis=2)", "np.dot({T}, {k})", "{T}.std(axis=-1)"),
    "ij": ("{T}.sum(axis=(0, 1))", "np.einsum('ijk,ij->k', {T}, {ij})", "{T}.mean((1, 0))",
           "np.tensordot({T}, {ij}, axes=([0, 1], [0, 1]))"),
    "ik": ("np.sum({T}, axis=(0, -1))", "np.einsum('ijk,ik->j', {T}, {ik})",
           "np.sum({T}, axis=(2, 0), keepdims=True)[0, :, 0]"),
    "jk": ("np.sum({T}, (1, 2))", "np.einsum('ijk,jk->i', {T}, {jk})",
           "np.max({T}, axis=(1, 2))", "np.tensordot({T}, {jk})"),
}  # fmt: skip


Step = tuple[str, Lengths, str]  # what stands in an index, what it leaves, and its way


def indexed(steps: list[Step]) -> Lengths:
    """The lengths that an index leaves; index arrays that stand apart come first."""
    arrays = next((lengths for _, lengths, way in steps if way == "place"), ())
    rest = [lengths for _, lengths, way in steps if way == "slice"]
    places = [i for i, (_, _, way) in enumerate(steps) if way != "slice"]
    together = places and places[-1] - places[0] + 1 == len(places)
    rest.insert(places[0] if together and arrays else 0, arrays)
    return tuple(length for lengths in rest for length in lengths)


def form_of(lengths: Lengths) -> Form:
    return (LETTERS[len(lengths)], *lengths)


@dataclass
class Axes(Writer):
    """Expressions; `masks` are the names of arrays of bools, with their lengths."""

    masks: dict[str, Lengths] = field(default_factory=dict)
    scoped: ClassVar[tuple[str, ...]] = ("lists", "masks")

    # views of several steps

    def views(self, form: Form, whole: bool = False) -> list[str]:
        """What has this form, found by steps at random; one choice stands for all of them."""
        pick, self.pick = self.pick, random.Random(self.pick(1 << 24)).randrange
        found = super().views(form) if len(form) < 4 else []
        for name in self.arrays():
            found += [name] * 3 * (self.names[name] == form)
            for _ in range(8):
                text, lengths = self.chain(name, self.names[name][1:])
                found += [text] * (lengths == form[1:] and text != name)
        self.pick = pick
        return found

    def chain(self, text: str, lengths: Lengths) -> tuple[str, Lengths]:
        for _ in range(self.choose((1, 1, 2, 2, 3))):
            match self.choose(("index", "index", "turn", "turn", "reshape", "spread")):
                case "index":
                    text, lengths = self.cut(text, lengths)
                case "turn" if len(lengths) > 1:
                    text, lengths = self.turned(text, lengths)
                case "reshape":
                    text, lengths = self.reshaped(text, lengths)
                case "spread" if len(lengths) < 3 and text.endswith("]"):
                    text, lengths = self.choose((
                        (f"{text}[None]", ("1", *lengths)),
                        (f"{text}[..., np.newaxis]", (*lengths, "1")),
                        (f"np.expand_dims({text}, 0)", ("1", *lengths)),
                    ))  # fmt: skip
            if not lengths:
                break
        return text, lengths

    def turned(self, text: str, lengths: Lengths) -> tuple[str, Lengths]:
        """Axes change places."""
        if len(lengths) == 2:
            ways = (
                ".T", ".transpose()", ".swapaxes(0, 1)", "swapaxes {}, -1, 0", "transpose {}",
                "moveaxis {}, 0, 1",
            )  # fmt: skip
            order: tuple[int, ...] = (1, 0)
        else:
            order, ways = self.choose((
                ((2, 1, 0), (".T", ".transpose()", ".swapaxes(0, -1)", "transpose {}")),
                ((1, 2, 0), (".transpose(1, 2, 0)", "moveaxis {}, 0, -1",
                             "transpose {}, (1, 2, 0)")),
                ((2, 0, 1), (".transpose((2, 0, 1))", "moveaxis {}, 2, 0", "moveaxis {}, -1, 0")),
                ((0, 2, 1), (".swapaxes(1, 2)", "swapaxes {}, -1, -2", ".transpose(0, 2, 1)")),
                ((1, 0, 2), (".swapaxes(0, 1)", "swapaxes {}, 0, 1", "moveaxis {}, 1, 0")),
            ))  # fmt: skip
        way = self.choose(ways)
        if not way.startswith("."):
            name, _, rest = way.partition(" ")
            return f"np.{name}({rest.format(text)})", tuple(lengths[i] for i in order)
        return f"{text}{way}", tuple(lengths[i] for i in order)

    def reshaped(self, text: str, lengths: Lengths) -> tuple[str, Lengths]:
        if any(length not in "nmo" for length in lengths) and lengths != ("n*m",):
            return text, lengths
        match lengths:
            case ("n*m",):
                return f"{text}.reshape(n, m)", ("n", "m")
            case (a, b):
                flat = f"{a}*{b}"
                return self.choose((
                    (f"{text}.reshape({b}, {a})", (b, a)), (f"{text}.ravel()", (flat,)),
                    (f"{text}.reshape(-1)", (flat,)), (f"np.reshape({text}, {a} * {b})", (flat,)),
                    (f"{text}.reshape({a}, 1, {b})", (a, "1", b)),
                    (f"{text}.reshape(1, {a}, {b})", ("1", a, b)),
                ))  # fmt: skip
            case (a, b, c):
                return self.choose((
                    (f"{text}.reshape({c}, {a}, {b})", (c, a, b)),
                    (f"{text}.reshape({a}, {b} * {c})", (a, f"{b}*{c}")),
                    (f"np.reshape({text}, ({a} * {b}, {c}))", (f"{a}*{b}", c)),
                    (f"{text}.reshape({a} * {b}, {c})[:{a}]", (a, c)),
                ))  # fmt: skip
        return text, lengths

    def view(self, form: Form) -> str:
        return self.whole(form)

    # indices

    def cut(self, text: str, lengths: Lengths, places: int = 8) -> tuple[str, Lengths]:
        """One index: numbers, slices, new axes and index arrays, which NumPy may move to front."""
        steps: list[Step] = []
        for length in lengths:
            if self.chance(4) and len(lengths) < 3:
                steps.append((self.choose(("None", "np.newaxis")), ("1",), "slice"))
            given = next((of for _, of, way in steps if way == "place"), ())
            place, found = self.place(length, given) if self.chance(places) else ("", ())
            if place:
                steps.append((place, found, "place"))
            elif self.chance(25):
                steps.append((self.index(length), (), "number"))
            else:
                steps.append(self.slice(length))
        return f"{text}[{self.written_index([step for step, _, _ in steps])}]", indexed(steps)

    def slice(self, length: str) -> Step:
        found: list[Step] = [(":", (length,), "slice")] * 3
        for size in (length, f"{length}-1", f"{length}/2", "1"):
            found += [(part[1:-1], (size,), "slice") for part in parts(length, size)
                      if ":" in part and part.count("[") == 1]  # fmt: skip
        return self.choose(found)

    def written_index(self, steps: list[str]) -> str:
        """Without slices at the end that say nothing, or with dots for those at the front."""
        whole = next((i for i, step in enumerate(steps) if step != ":"), len(steps))
        if whole == len(steps):
            return self.choose((":", "..."))
        if whole and self.chance(60):
            return ", ".join(["...", *steps[whole:]])
        while steps[-1] == ":":
            steps = steps[:-1]
        return ", ".join(steps)

    def place(self, length: str, given: Lengths) -> tuple[str, Lengths]:
        """An index array for an axis of this length, that broadcasts with those before it."""
        options: list[tuple[str, Lengths]] = []
        for name, (below, lengths) in PLACES.items():
            if below == length and name in self.data:
                options += [(name, lengths)] * 3
                if len(lengths) == 1:
                    options.append((f"{name}[::-1]", lengths))
                if not given:
                    options.append((f"-1 - {name}", lengths))
        if length in ("n", "m", "o"):
            options += [("[0, 0, -1]", ("3",)), ("[-1, 0]", ("2",))]
            options += [(f"np.arange({length})", (length,))]
        fits = [option for option in options if not given or option[1] == given]
        return self.choose(fits) if fits else ("", ())

    def index(self, length: str) -> str:
        return super().index(length) if length in ("n", "m", "o") else self.choose(("0", "-1"))

    def element(self, name: str = "") -> str:
        name = name or self.choose(self.arrays() or [""])
        if self.names.get(name, NUMBER)[0] != "t":
            return super().element(name)
        one, two, three = (self.index(length) for length in self.names[name][1:])
        return self.choose((f"{name}[{one}, {two}, {three}]", f"{name}[{one}][{two}, {three}]"))

    # masks

    def mask(self, lengths: Lengths, depth: int = 1) -> str:
        """An array of bools of these lengths."""
        found = [name for name, of in self.masks.items() if of == lengths] * 3
        found += [f"{name}.T" for name, of in self.masks.items() if of == lengths[::-1] != lengths]
        for name, of in self.masks.items():
            if len(of) == len(lengths) + 1:
                found += [f"{name}[{self.index(of[0])}]"] * (of[1:] == lengths)
                found += [f"{name}[..., {self.index(of[-1])}]"] * (of[:-1] == lengths)
                found += [f"{name}.{self.choose(('any', 'all'))}(axis=-1)"] * (of[:-1] == lengths)
        if found and self.chance(55):
            return self.choose(found)
        one = self.whole(form_of(lengths))
        plain = f"{one} {self.choose('<>')} {self.choose(BOUNDS)}"
        if depth <= 0:
            return f"({plain})"
        other = self.mask(lengths, 0)
        return self.choose((
            f"({plain})", f"({plain})", f"(({plain}) & {other})", f"(({plain}) | ~{other})",
            f"np.logical_and({plain}, {other})", f"(np.abs({one}) < 0.7)", f"(~{other})",
            f"np.logical_not({plain})", f"({one} >= {self.whole(form_of(lengths))})",
        ))  # fmt: skip

    # numbers and arrays that are computed

    def reduced(self) -> str:
        tensors = [name for name in self.arrays() if self.names[name][0] == "t"]
        if self.chance(30):
            lengths = self.choose(MASKS)
            mask, one, other = self.mask(lengths), *(self.whole(form_of(lengths)) for _ in "12")
            return self.choose((
                f"np.sum({one}[{mask}])", f"np.sum({one}[{mask}] * {other}[{mask}])",
                f"np.sum(np.where({mask}, {one}, {other}))", f"{self.leaf()} * np.sum({mask})",
                f"np.sum({one}, where={mask})", f"np.sum({one} * {mask})",
                f"({one}[{mask}] ** 2).sum()", f"np.sum({one}[~{mask}] * {self.leaf()})",
                f"{self.choose(CONSTANTS)} * np.count_nonzero({mask})",
            ))  # fmt: skip
        if not tensors or self.chance(40):
            return super().reduced()
        name = self.choose(tensors)
        i, j, k = ((form_of((length,))) for length in self.names[name][1:])
        other = self.whole(self.names[name])
        return self.choose((
            f"np.einsum('ijk,i,j,k->', {name}, {self.whole(i)}, {self.whole(j)}, {self.whole(k)})",
            f"np.sum({name} * {other})", f"np.vdot({name}, {other})",
            f"np.tensordot({name}, {other}, 3)", f"np.einsum('ijk,ijk', {name}, {other})",
            f"np.sum({name} ** 2)",
            f"np.sum({name}[{self.index(i[1])}] @ {self.whole(k)})",
        ))  # fmt: skip

    def spread(self, form: Form) -> str:
        """What is broadcast between ranks."""
        if form[0] == "v" or self.chance(35):
            return self.masked(form)
        one, lengths = self.whole(form), form[1:]
        if form[0] == "m":
            other = self.whole(form)
            return self.choose((
                super().spread(form), f"({one} - {other}.mean(axis=1, keepdims=True))",
                f"({one} * {other}.sum(axis=0, keepdims=True))",
                f"({one} / (1.0 + np.sum({other} ** 2, axis=-1, keepdims=True)))",
            ))  # fmt: skip
        i, j, k = (self.whole(form_of((length,))) for length in lengths)
        ij, jk, ik = (self.whole(form_of(pair)) for pair in itertools.combinations(lengths, 2))
        ik, jk = jk, ik
        axes = self.choose(("0", "1", "-1", "(0, 1)", "(0, 2)", "(1, 2)", "(-1, 0)"))
        other = self.whole(form)
        return self.choose((
            f"({one} * {k})", f"({one} + {j}[:, None])", f"({one} * {i}[:, np.newaxis, None])",
            f"({one} + {jk})", f"({one} * {ij}[..., None])", f"({one} - {ik}[:, None])",
            f"({one} - {other}.mean(axis={axes}, keepdims=True))",
            f"({one} / (1.0 + np.sum({other} ** 2, axis={axes}, keepdims=True)))",
            f"({ij}[:, :, None] * {jk})", f"({i}[:, None, None] + {jk}[None])",
            f"np.exp({one} - {other}.max(axis={axes}, keepdims=True)) * 0.1",
        ))  # fmt: skip

    def masked(self, form: Form) -> str:
        one, other, lengths = self.whole(form), self.whole(form), form[1:]
        mask = self.mask(lengths[self.pick(len(lengths)) :], 0)
        return self.choose((
            f"np.where({mask}, {one}, {other})", f"np.where({mask}, {one}, {self.leaf()})",
            f"({one} * {mask})", f"np.where(~{mask}, {self.leaf()}, {other})",
            f"np.select([{mask}, {self.mask(lengths, 0)}], [{one}, {other}], {self.leaf()})",
        ))  # fmt: skip

    def made(self, form: Form) -> str:
        if form[0] == "t":
            return self.made_tensor(form)
        texts = [super().made(form)] if form in (("v", "n"), ("v", "m"), ("m", "n", "m")) else []
        for name in self.arrays():
            if self.names[name][0] == "t":
                texts += self.contracted(name, form[1:])
        return self.choose(texts) if texts else f"({self.whole(form)} * {self.leaf()})"

    def contracted(self, name: str, wanted: Lengths) -> list[str]:
        """An array of three axes, summed over some of them."""
        axes = dict(zip("ijk", self.names[name][1:]))
        found = []
        for letters, ways in EINSUMS.items():
            if tuple(axes[letter] for letter in "ijk" if letter not in letters) == wanted:
                whole = {letters: self.whole(form_of(tuple(axes[a] for a in letters)))}
                found.append(f"({self.choose(ways).format(T=name, **whole)})")
        return found

    def made_tensor(self, form: Form) -> str:
        one, lengths = self.whole(form), form[1:]
        i, j, k = (self.whole(form_of((length,))) for length in lengths)
        ij, ik, jk = (self.whole(form_of(pair)) for pair in itertools.combinations(lengths, 2))
        axis = self.choose(("0", "1", "-1", "2"))
        square = self.whole(form_of((lengths[2], lengths[2])))
        texts = [
            f"np.einsum('ij,k->ijk', {ij}, {k})", f"np.multiply.outer({ij}, {k})",
            f"np.cumsum({one}, axis={axis}) * 0.3", f"np.roll({one}, 1, axis={axis})",
            f"np.flip({one}, axis={axis})", f"({one} @ {square})", f"np.matmul({one}, {square})",
            f"np.einsum('i,jk->ijk', {i}, {jk})", f"np.einsum('ik,j->ijk', {ik}, {j})",
            f"np.broadcast_to({jk}, {self.size(form)}) * 1.0", f"np.sort({one}, axis={axis})",
            f"np.stack([{jk}] * {extent(lengths[0])}) * {self.leaf()}", f"{one}.copy()",
            f"np.concatenate(({one}[:1], {one}[:-1])) if {lengths[0]} > 0 else {one}",
            f"np.repeat({ik}[:, None], {extent(lengths[1])}, axis=1)",
            f"np.moveaxis(np.stack([{ik}] * {extent(lengths[1])}), 0, 1)",
        ]  # fmt: skip
        return f"({self.choose(texts)})"
