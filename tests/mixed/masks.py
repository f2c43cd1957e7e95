"""Programs of masks, index arrays and arrays of three axes, in loops, branches and calls.

`program(pick)` writes one, for all lengths n, m and o.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from mixed import turns
from mixed.axes import MASKS, PLANES, Axes, Lengths, form_of
from mixed.spans import CALM_ARRAYS, Form
from mixed.writing import CONSTANTS


@dataclass
class Masks(Axes):
    """Statements that go through masks and index arrays."""

    arguments: ClassVar[tuple[tuple[str, int], ...]] = (
        ("x", 100), ("y", 100), ("u", 100), ("v", 30), ("w", 40), ("A", 60), ("C", 35), ("T", 70),
        ("S", 25),
    )  # fmt: skip
    data: ClassVar[tuple[str, ...]] = ("k", "g", "h", "e", "on", "n", "m", "o")
    usual: ClassVar[tuple[str, ...]] = (
        "element", "part", "fresh", "whole", "exchange", "call", "mask", "mask", "through",
        "through", "through", "taken", "taken", "fancy", "fancy", "planes", "kept", "picked",
    )  # fmt: skip
    parts: ClassVar[tuple[Form, ...]] = (
        *PLANES, ("t", "n-1", "m", "o"), ("t", "n", "m-1", "o"), ("m", "n", "o"), ("m", "m", "n"),
        ("v", "n-1"), ("m", "n/2", "m"), ("v", "o"), ("m", "o", "n"), ("m", "n", "3"), ("v", "n*m"),
    )  # fmt: skip
    whole_forms: ClassVar[tuple[Form, ...]] = PLANES
    given: ClassVar[tuple[Form, ...]] = (("v", "n"), *PLANES, ("m", "n", "o"))

    # masks that are held and changed

    def write_mask(self) -> bool:
        """A mask is computed, or one that is held is changed."""
        names = list(self.masks)
        if not names or self.chance(30):
            lengths = self.choose(MASKS)
            text = self.mask(lengths)
            name = self.name("is")
            self.masks[name] = lengths
            return self.line(f"{name} = {f'{text}.copy()' if text in names else text}")
        name = self.choose(names)
        lengths = self.masks[name]
        other = self.mask(lengths)
        at = self.index(lengths[0])
        return self.line(self.choose((
            f"{name} = {other}", f"{name} &= {other}", f"{name} |= {other}", f"{name} = ~{name}",
            f"{name}[{at}] = {self.choose(('True', 'False'))}", f"{name} = {name} & {other}",
            f"{name}[1:] = {name}[:-1]", f"{name}[{other}] = {self.choose(('True', 'False'))}",
            f"{name}[{at}] = ~{name}[{self.index(lengths[0])}]", f"{name}[...] = {other}",
            f"{name} ^= {other}", f"{name}[:] = {self.leaf()} > {self.leaf()}",
            f"{name}[{at}] = {self.whole(form_of(lengths))}[{at}] > {self.leaf()}",
        )))  # fmt: skip

    def selected(self, lengths: Lengths) -> tuple[str, Lengths]:
        """An index with a mask, and the lengths of what stands behind what it takes."""
        first = self.pick(len(lengths))
        last = first + 1 + self.pick(len(lengths) - first)
        steps = [":"] * first + [self.mask(lengths[first:last])] + [":"] * (len(lengths) - last)
        rest = list(lengths[last:])
        whole = first == 0
        for at in (*range(first), *range(first + 1, len(steps))):
            length = lengths[at if at < first else at + last - first - 1]
            if self.chance(20):
                steps[at], whole = self.index(length), False
            elif self.chance(15):
                steps[at], whole = "::-1", False
        return f"[{self.written_index(steps)}]", tuple(rest) if whole else ()

    def write_through(self) -> bool:
        """An array is written where a mask says."""
        name = self.choose(self.arrays())
        form = self.names[name]
        if self.chance(35):
            return self.write_where(name, form)
        index, rest = self.selected(form[1:])
        target, other = f"{name}{index}", f"({self.array(form)}){index}"
        if other.startswith(tuple(f"({text})[" for text in (*self.numbers(), *CONSTANTS))):
            other = f"{self.whole(form)}{index}"
        texts = [
            f"{target} = {self.leaf()}", f"{target} += {self.calm(self.leaf())}",
            f"{target} *= {self.calm(self.leaf())}", f"{target} = {other}",
            f"{target} = {self.choose(CALM_ARRAYS).format(other)}", f"{target} -= 0.3 * {other}",
            f"{target} += np.sin({other})", f"{target} = np.tanh({target}) * {self.leaf()}",
            f"{target} *= np.cos({other})", f"{target} -= {target} * {self.calm(self.leaf())}",
        ]  # fmt: skip
        if rest:
            row = self.whole(form_of(rest))
            texts += [f"{target} = {row}", f"{target} += 0.3 * {row}", f"{target} *= np.sin({row})"]
        return self.line(self.choose(texts))

    def write_where(self, name: str, form: Form) -> bool:
        """By a function that takes a mask."""
        mask, lengths = self.mask(form[1:]), form[1:]
        one = self.choose(CALM_ARRAYS).format(f"({self.whole(form)})")
        short = self.mask(lengths[self.pick(len(lengths)) :])
        texts = [
            f"np.copyto({name}, {one}, where={short})",
            f"{name}[...] = np.where({short}, {one}, {name})",
            f"np.putmask({name}, {mask}, {one})", f"np.copyto({name}, {self.leaf()}, where={mask})",
            f"np.putmask({name}, {mask}, {self.leaf()})", f"{name} *= {short}",
            f"np.place({name}, {mask}, {one})", f"np.place({name}, {mask}, [{self.leaf()}])",
            f"np.add({name}, {one}, out={name}, where={mask})",
            f"{name} = np.where({mask}, {name}, {one})",
            f"np.multiply({name}, {one}, out={name}, where={short})", f"{name} -= {one} * {short}",
            f"{name} += np.where({short}, {one}, {self.leaf()})",
        ]  # fmt: skip
        return self.line(self.choose(texts))

    # what masks and index arrays take

    def write_taken(self) -> bool:
        """What a mask takes goes into a number, or is held, changed and put back."""
        name = self.choose(self.arrays())
        form = self.names[name]
        lengths = form[1:]
        index, _ = self.selected(lengths)
        a = self.choose(self.locals())
        match self.choose(("sum", "held", "nonzero", "rows", "any", "first", "loop")):
            case "sum":
                return self.line(f"{a} += {self.choose(CONSTANTS)} * np.sum({name}{index})")
            case "held":
                held, mask = self.name("some"), self.name("is")
                self.line(f"{mask} = {self.mask(lengths)}")
                self.line(f"{held} = {name}[{mask}]")
                self.line(self.choose((
                    f"{held} *= {self.calm(self.leaf())}", f"{held} = np.sin({held})",
                    f"{held} = {held}[::-1]", f"{name} *= 0.7", f"{held} += {self.leaf()}",
                )))  # fmt: skip
                back = f"{name}[{mask}] = {held}"
                return self.line(self.choose((back, back, f"{a} += np.sum({held})")))
            case "nonzero" if len(lengths) == 2:
                i, j = self.name("is"), self.name("js")
                way = self.choose(("nonzero", "where"))
                self.line(f"{i}, {j} = np.{way}({self.mask(lengths)})")
                return self.line(self.choose((
                    f"{name}[{i}, {j}] += {self.calm(self.leaf())}",
                    f"{a} += np.sum({name}[{i}, {j}])",
                    f"{name}[{i}, {j}] = {self.whole(form)}[{i}, {j}] * 0.5",
                )))  # fmt: skip
            case "rows":
                rows = self.name("is")
                text = self.choose(("np.flatnonzero({})", "np.where({})[0]", "np.nonzero({})[0]"))
                self.line(f"{rows} = {text.format(self.mask(lengths[:1]))}")
                return self.line(self.choose((
                    f"{name}[{rows}] *= {self.calm(self.leaf())}", f"{a} += np.sum({name}[{rows}])",
                    f"{name}[{rows}] = {name}[{rows}][::-1]",
                )))  # fmt: skip
            case "loop":
                each = self.name("r")
                self.line(f"for {each} in np.flatnonzero({self.mask(lengths[:1])}):")
                return self.line(f"    {name}[{each}] *= {self.calm(self.leaf())}")
            case "first":
                mask = self.name("is")
                self.line(f"{mask} = {self.mask(lengths[:1])}")
                self.line(f"if {mask}.any():")
                return self.line(f"    {a} += np.sum({name}[np.argmax({mask})]) * 0.3")
        mask = self.mask(lengths)
        self.line(f"if {self.choose(('np.any', 'np.all', 'np.sum'))}({mask}):")
        return self.line(f"    {a} += {self.calm(f'np.sum({name}[{mask}])')}")

    def write_fancy(self) -> bool:
        """An array is written through index arrays."""
        name = self.choose(self.arrays())
        lengths = self.names[name][1:]
        target, found = self.cut(name, lengths, 55)
        if not 0 < len(found) <= 3 or not re.search(r"\b[kghe]\b|np\.ar|\[[-\d, ]+\]", target):
            return False
        value = self.array(form_of(found)) if self.chance(70) else self.leaf()
        index = target[len(name) + 1 : -1]
        operator = self.choose(("=", "=", "+=", "-=", "*="))
        value = self.choose(CALM_ARRAYS).format(f"({value})")
        if self.chance(30) and ":" not in index and "..." not in index:
            at = f"({index})" if ", " in re.sub(r"\[.*?\]", "", index) else index
            return self.line(f"np.{self.choose(('add', 'subtract'))}.at({name}, {at}, {value})")
        return self.line(f"{target} {operator} {value}")

    def write_picked(self) -> bool:
        """What is sorted, taken or put along an axis."""
        name = self.choose([name for name in self.arrays() if self.names[name][1] == "n"] or ["u"])
        a = self.choose(self.locals())
        axis = self.pick(len(self.names[name]) - 1)
        length = self.names[name][1 + axis]
        order = self.name("by")
        self.line(f"{order} = np.argsort({name}, axis={axis}, kind='stable')")
        return self.line(self.choose((
            f"{a} += np.sum(np.take_along_axis({name}, {order}, {axis})[:1])",
            f"{name}[...] = np.take_along_axis({name}, {order}, axis={axis})",
            f"np.put_along_axis({name}, {order}, {self.leaf()}, axis={axis})",
            f"{a} += np.sum(np.take({name}, [0, -1], axis={axis})) if {length} > 0 else 0.0",
            f"{name} = np.take({name}, np.arange({length}), axis={axis})",
        )))  # fmt: skip

    # planes, and views that are kept

    def write_planes(self) -> bool:
        """Rows, columns and planes change places, or are added to each other."""
        name = self.choose(self.arrays())
        lengths = self.names[name][1:]
        axis = self.pick(len(lengths))
        at = ":, " * axis if self.chance(70) else "..., " * (axis == len(lengths) - 1)
        length = lengths[len(lengths) - 1 if at.startswith(".") else at.count(":")]
        one, other, tmp = self.index(length), self.index(length), self.name("s")
        text = self.choose((
            f"{name}[{at}[{one}, {other}]] = {name}[{at}[{other}, {one}]]",
            f"{name}[{at}{one}], {name}[{at}{other}] = {name}[{at}{other}], {name}[{at}{one}]",
            f"{name}[{at}{one}], {name}[{at}{other}] = "
            f"{name}[{at}{other}].copy(), {name}[{at}{one}].copy()",
            f"{tmp} = {name}[{at}{one}].copy()\n{name}[{at}{one}] = {name}[{at}{other}]\n"
            f"{name}[{at}{other}] = {tmp}",
            f"{name}[{at}1:] -= 0.4 * {name}[{at}:-1]", f"{name}[{at}1:] = {name}[{at}:-1]",
            f"{name}[{at}{one}] += 0.3 * {name}[{at}{other}]", f"{name} = {name}[{at}::-1]",
            f"{name}[...] = {name}[{at}::-1]", f"{name}[{at}{one}] *= {self.calm(self.leaf())}",
            f"{name}[{at}::2] *= {self.calm(self.leaf())}",
        ))  # fmt: skip
        return all(self.line(line) for line in text.split("\n"))

    def write_kept(self) -> bool:
        """A name for a part, written later by itself or by the array."""
        form = self.choose(self.parts)
        views = [text for text in self.views(form) if text not in self.names]
        if not views:
            return False
        text = self.choose(views)
        names = [name for name, of in self.names.items() if of == form and name.startswith("part")]
        if names and self.chance(40):
            return self.line(f"{self.choose(names)} = {text}")
        return self.line(f"{self.name('part', form)} = {text}")


def program(pick: Callable[[int], int]) -> str:
    """The text of a program: a function f, and what it calls."""
    return turns.program(pick, Masks)
