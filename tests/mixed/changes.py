"""Programs of containers that are changed by masks, in a try, and where they are one of several.

`program(pick)` writes one, of the statements of `containers` and of those here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from mixed import containers
from mixed.container_forms import DICTS, GROUPS, ITEMS, KEYS, NAMES, NUM, NUMS, VEC, VECS
from mixed.writing import BOUNDS


@dataclass
class Writer(containers.Writer):
    """Writes the body of one function."""

    usual: ClassVar[tuple[str, ...]] = (
        *containers.Writer.usual, "masked", "one_of", "paired", "tried", "walrus", "rows_of",
        "function", "masked", "one_of", "tried",
    )  # fmt: skip

    def write_masked(self) -> bool:
        """Some elements, by a mask, by places that may be the same, or by a ufunc that writes."""
        place, other, value = self.place(VEC), self.place(VEC), self.calm(self.leaf())
        return self.line(self.choose((
            f"{place}[{place} > {self.choose(BOUNDS)}] *= {value}",
            f"{place}[{other} < {self.choose(BOUNDS)}] = {value}",
            f"{place}[[0, 0, 2]] += {value}",
            f"np.add.at({place}, [0, 0, 2], {value})",
            f"np.sin({place}, out={place})", f"np.multiply({other}, 0.5, out={place})",
            f"{place}[1:] = {other}[:-1]", f"{place}[:-1] += 0.3 * {other}[1:]",
            f"{place}[0], {place}[1] = {place}[1], {value}",
        )))  # fmt: skip

    def write_one_of(self) -> bool:
        """A list, or one that a dictionary has, which is known at run time, gets another length."""
        form = self.some(VECS, NUMS)
        holders = [name for name in self.of(GROUPS) if form == VECS]
        value, bound = self.value(ITEMS[form]), self.choose(BOUNDS)
        one, other = self.place(form), self.place(form)
        text = f"({one} if {self.leaf()} > {bound} else {other})"
        if holders and self.chance(50):
            text = f"{self.choose(holders)}['p' if {self.leaf()} > {bound} else 'q']"
        if self.chance(30):
            return self.line(f"{text}[0] = {value}")
        self.line(f"chosen_list = {text}")
        return self.short("chosen_list", self.choose((
            f"chosen_list.append({value})", f"chosen_list += [{value}]",
            f"chosen_list.insert(0, {value})", "chosen_list.reverse()",
        )))  # fmt: skip

    def write_paired(self) -> bool:
        """Tuples in a list, taken apart by a loop."""
        vectors, numbers = self.place(VECS), self.place(NUMS)
        self.line(f"for i, (v, (c, w)) in enumerate(zip({vectors}, zip({numbers}, {vectors}))):")
        self.line(self.choose((
            "    v[0] += math.sin(c) * i", "    w *= math.cos(c)", f"    {vectors}[i] = v + w",
            f"    {numbers}[i] = math.sin(c) + v[1] * w[0]",
        )))  # fmt: skip
        self.names |= {"v": VEC, "w": VEC}
        return True

    def write_tried(self) -> bool:
        """What is done where something is not there."""
        form = self.some(VECS, NUMS)
        name, value = self.place(form), self.value(ITEMS[form])
        if self.of(*DICTS) and self.chance(40):
            form = self.some(*DICTS)
            name = self.choose(self.of(form))
            key, value = self.choose((*KEYS, "'z'")), self.value(ITEMS[form])
            self.line("try:")
            self.line(f"    {NAMES[ITEMS[form]][0]} = {name}[{key}]")
            self.line("except KeyError:")
            self.line(f"    {name}[{key}] = {value}")
            self.line(f"    {NAMES[ITEMS[form]][0]} = {name}[{key}]")
            self.names[NAMES[ITEMS[form]][0]] = ITEMS[form]
            return True
        self.line("try:")
        self.line(f"    {NAMES[ITEMS[form]][0]} = {name}[{self.choose('1345')}]")
        self.line("except IndexError:")
        self.line(f"    {NAMES[ITEMS[form]][0]} = {value}")
        if self.chance(30):
            self.line("finally:")
            self.line(f"    a = {self.calm(self.leaf())}")
            self.names["a"] = NUM
        self.names[NAMES[ITEMS[form]][0]] = ITEMS[form]
        return True

    def write_walrus(self) -> bool:
        value = self.calm(self.leaf())
        self.line(f"if (b := {value}) > {self.choose(BOUNDS)} and (z := {self.fresh()})[0] < b:")
        self.line(f"    {self.place(VEC)}[1] = b * z[0]")
        self.names["b"] = NUM
        return True

    def write_rows_of(self) -> bool:
        """Rows of an array in a list: views of it."""
        self.line(self.choose(("table_of = A[:, 1:] * x", "table_of = np.array([v, v, u[1:]])")))
        name = self.choose(NAMES[VECS])
        self.line(f"{name} = {self.choose(('list(table_of)', '[r for r in table_of]'))}")
        self.names[name] = VECS
        self.line(self.choose((
            f"{name}[0] *= {self.calm(self.leaf())}", f"table_of[1] = {self.fresh()}",
            f"{name}[-1][:] = {name}[0]", f"table_of[:, 0] += {self.calm(self.leaf())}",
        )))  # fmt: skip
        return self.line("a = np.sum(table_of[0] * table_of[-1])")

    def write_function(self) -> bool:
        """A function made here changes what is around it."""
        name, place = self.name("change"), self.choose(self.of(VEC))
        vectors = self.choose(self.of(VECS))
        self.line(f"def {name}(t, out=None):")
        if self.chance(40):
            self.line(f"    nonlocal {place}")
            self.line(f"    {place} = {place} * math.cos(t)")
        self.line(self.choose((
            f"    {vectors}[0] = {vectors}[-1] * t", f"    {place}[0] += t",
            f"    {vectors}.append({vectors}.pop(0))",
        )))  # fmt: skip
        self.line(f"    return {self.choose((place, 't', f'{vectors}[0]'))}")
        return self.line(f"{name}({self.calm(self.leaf())})")


def program(pick: Callable[[int], int], size: int = 7) -> str:
    """The text of a program: a function f, and what it calls."""
    return containers.program(pick, size, Writer)
