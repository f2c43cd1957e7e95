"""Programs of containers of which names change sides: lists rebound in a branch, views kept from
turn to turn, names that a turn leaves as one, swaps, 0-d arrays, changes before something raises.

`program(pick)` writes one, of the statements of `changes` and of those here.  It is given a slice,
a range, a namespace and a named tuple, too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from mixed import changes, containers
from mixed.container_forms import GRID, ITEMS, NAMES, NUM, NUMS, STACK, VEC, VECS
from mixed.writing import BOUNDS

OWN = (
    "rebound", "left_as_one", "kept_view", "no_axes", "written_out", "added_at", "traded",
    "raising", "given", "columns",
)  # fmt: skip


@dataclass
class Writer(changes.Writer):
    """Writes the body of one function."""

    usual: ClassVar[tuple[str, ...]] = (*changes.Writer.usual, *OWN, *OWN)
    heads: ClassVar[tuple[str, ...]] = tuple(
        f"{head}, cut, span, ns, pt" for head in containers.Writer.heads
    )

    def change(self, name: str, form: str) -> bool:
        """A list of this form is changed, or what it holds."""
        item, value = ITEMS[form], self.calm(self.leaf())
        ways = [f"{name}[0], {name}[-1] = {name}[-1], {name}[0]", f"{name}.reverse()",
                f"{name}[{self.choose(('0', '-1'))}] = {self.value(item)}"]  # fmt: skip
        if item == NUM:
            ways += [f"{name}[0] += {value}", f"{name}[-1] = {value}"]
        elif item == VEC:
            ways += [f"{name}[0] *= {value}", f"{name}[-1][1] = {value}", f"{name}[1][:] = 0.3",
                     f"{name}[0][1:] += {value}"] * 2  # fmt: skip
        else:
            ways += [f"{name}[0][0] *= {value}", f"{name}[-1][1] = {name}[0][0]"] * 2
        if self.chance(25):
            return self.short(name, f"{name}.append({self.value(item)})")
        return self.line(self.choose(ways))

    def write_rebound(self) -> bool:
        """One list is another one, or a copy of it, on one path; either is changed then."""
        form = self.some(VECS, NUMS, GRID, STACK)
        name, other, held = self.choose(NAMES[form]), self.place(form), self.place(form)
        if name not in self.names:
            self.line(f"{name} = {self.value(form)}")
            self.names[name] = form
        if self.chance(40):
            self.line(f"taken = {self.item(name, form)}")
        self.line(f"if {self.condition()}:")
        self.line(f"    {name} = {other}{self.choose(('', '', '', '[:]', '[::-1]'))}")
        if self.chance(30):
            self.line("else:")
            self.line(f"    {name} = {self.value(form)}")
        for _ in range(1 + self.pick(2)):
            self.change(self.choose((name, other, held)), form)
        return True

    def write_left_as_one(self) -> bool:
        """Two names are one array, until a turn makes them two, or the other way round."""
        one, other, rows = *self.choose((("v", "w"), ("w", "z"), ("z", "v"))), self.place(VECS)
        first = self.choose((f"{one} = {other} = {self.value(VEC)}", f"{one} = {self.fresh()}"))
        self.line(first)
        self.names[one] = VEC
        if other not in self.names or f"= {other} =" not in first:
            self.line(f"{other} = {self.choose((one, self.value(VEC)))}")
        self.names[other] = VEC
        self.line(self.choose((f"for r in {rows}:", f"for r in {rows}[1:]:")))
        lines = [
            self.choose((f"{one} = {other} = r", f"{one} = {other}", f"{other} = r",
                         f"{one} = {other} = np.sin(r)")),
            self.choose((f"{other}[0] += {self.calm('r[1]')}", f"{one} *= {self.calm('x')}",
                         f"{other} = np.sin({one})", f"{one}[1:] = {other}[:-1]")),
        ]  # fmt: skip
        if self.chance(40):
            lines[0] = f"if {self.condition()}:\n{'    ' * (self.depth + 2)}{lines[0]}"
        for line in lines if self.chance(50) else lines[::-1]:
            self.line(f"    {line}")
        return True

    def write_kept_view(self) -> bool:
        """A view made in one turn is changed in the next."""
        name, rows = self.choose(("v", "w", "z")), self.place(VECS)
        table = self.choose((f"np.array({rows}[:3] + {rows}[:1])", "A[:, :3] * y", rows))
        if table != rows:
            self.line(f"plane = {table}")
            table = "plane"
        self.line(f"{name} = {self.choose((f'{table}[0]', self.value(VEC)))}")
        self.names[name] = VEC
        self.line("for i in range(2):")
        lines = [
            f"{name}[{self.choose(('0', '1:', ':', 'i'))}] {self.choose(('=', '+=', '*='))} "
            f"{self.calm(self.leaf())}",
            f"{name} = {table}[{self.choose(('i', '-1', '1 - i', 'i + 1'))}]",
        ]
        if self.chance(30):
            lines[1] = f"if {self.condition()}:\n{'    ' * (self.depth + 2)}{lines[1]}"
        for line in lines if self.chance(70) else lines[::-1]:
            self.line(f"    {line}")
        if self.chance(60):
            self.line(f"{name}[-1] *= {self.calm(self.leaf())}")
        return self.line(f"a = np.sum({table}[0] * {table}[1])") and self.noted(a=NUM)

    def noted(self, **names: str) -> bool:
        self.names |= names
        return True

    def write_no_axes(self) -> bool:
        """An array without axes, views of it, and the number that it holds."""
        made = (f"np.array({self.leaf()})", f"np.array({self.place(VEC)}[0])", "np.array(x)",
                f"np.asarray({self.place(NUM)} * 1.0)")  # fmt: skip
        self.line(f"dot = {self.choose(made)}")
        self.line(f"seen = {self.choose(('dot', 'dot[...]', 'dot[()]', 'dot.copy()'))}")
        value = self.calm(self.leaf())
        for _ in range(1 + self.pick(3)):
            self.line(self.choose((
                f"dot += {value}", f"dot[...] = {value}", "dot[()] *= 0.7", f"dot = dot * {value}",
                f"np.multiply(dot, {value}, out=dot)", f"{self.place(VEC)}[0] = dot",
                f"{self.place(VEC)}[1] += seen", "seen = dot", f"if {self.condition()}:\n"
                f"{'    ' * (self.depth + 1)}dot += y", "dot[...] = y",
            )))  # fmt: skip
        return self.line("a = dot[()] * x + seen") and self.noted(a=NUM)

    def write_written_out(self) -> bool:
        one, other, third = (self.place(VEC) for _ in range(3))
        return self.line(self.choose((
            f"np.add({one}, {other}, out={third})", f"np.sin({one}[1:], out={other}[:-1])",
            f"np.multiply({one}[::-1], {other}, out={third})", f"np.cumsum({one}, out={other})",
            f"{one} = np.subtract({one}, 0.3, out={other})", f"np.clip({one}, -0.5, y, out={one})",
            f"np.outer({one}, {third})[1:].sum(axis=0, out={other})",
            f"np.maximum({one}, x, {other})",
            f"np.cos({one}, out={other}, where={third} > {self.choose(BOUNDS)})",
        )))  # fmt: skip

    def write_added_at(self) -> bool:
        place, other, value = self.place(VEC), self.place(VEC), self.calm(self.leaf())
        at = self.choose(("[0, 0, 2]", "np.array([1, 1, 0])", "[2, 2]", "slice(0, 2)", "cut"))
        more = other if at in ("[0, 0, 2]", "np.array([1, 1, 0])") else value
        return self.line(self.choose((
            f"np.add.at({place}, {at}, {more})", f"np.subtract.at({place}, {at}, {value})",
            f"np.add.at({place}, {at}, {value})", f"np.multiply.at({place}, {at}, {value})",
        )))  # fmt: skip

    def write_traded(self) -> bool:
        """Elements, parts, arrays and lists change places."""
        one, other = self.place(VEC), self.place(VEC)
        rows, more = self.place(VECS), self.place(VECS)
        return self.line(self.choose((
            f"{one}[0], {one}[2] = {one}[2], {one}[0]", f"{one}[[0, 1]] = {one}[[1, 0]]",
            f"{one}[:2], {one}[1:] = {one}[1:].copy(), {one}[:2].copy()",
            f"{one}[:], {other}[:] = {other}, {one}",
            f"{one}[0], {other}[1] = {other}[1], {one}[0]",
            f"{rows}[0], {more}[1] = {more}[1], {rows}[0]", f"{one}[:2], {other}[1:] = x, y",
            f"{rows}[0][:], {rows}[1][:] = {rows}[1], {rows}[0]", f"{rows}[:2] = {more}[:2][::-1]",
        )))  # fmt: skip

    def write_columns(self) -> bool:
        """Rows of a matrix change places, and columns of it have names."""
        self.line(self.choose(("plane = A[:, :3] * x", "plane = np.outer(u[:3], u[1:])",
                               f"plane = np.array({self.place(VECS)}[:2] * 2)")))  # fmt: skip
        name = self.choose(("v", "w", "z"))
        self.line(f"{name} = {self.choose(('plane[0]', 'plane[-1, ::-1]', 'plane[:3, 1]'))}")
        self.names[name] = VEC
        self.line(self.choose((
            "plane[0], plane[1] = plane[1], plane[0]", "plane[[0, 1]] = plane[[1, 0]]",
            "plane[:, 0], plane[:, 1] = plane[:, 1], plane[:, 0].copy()",
            f"plane.T[0] += {self.calm(self.leaf())}", "plane[:, cut] *= y",
        )))  # fmt: skip
        self.line(f"{name}[0] += {self.calm(self.leaf())}")
        return self.line("a = np.sum(plane[0] * plane[1]) + plane[-1, 0]") and self.noted(a=NUM)

    def write_raising(self) -> bool:
        """What a try changes before something is raised."""
        self.line("try:")
        self.block(1 + self.pick(2))
        self.depth += 1
        self.line(self.choose((
            f"if {self.condition()}:\n{'    ' * (self.depth + 1)}raise ValueError",
            f"b = {self.place(VECS)}[{self.choose('1345')}][0]", f"b = 1.0 / {self.place(NUM)}",
            f"b = {self.place(NUMS)}[{self.choose('1345')}]",
        )))  # fmt: skip
        self.depth -= 1
        if self.chance(60):
            self.block(1)
        self.line(self.choose((
            "except (ValueError, IndexError, ZeroDivisionError):", "except Exception:",
            "except (ValueError, LookupError, ArithmeticError) as error:",
        )))  # fmt: skip
        self.block(1 + self.pick(2))
        if self.chance(25):
            self.line(self.choose(("else:", "finally:")))
            self.block(1)
        return True

    def write_given(self) -> bool:
        """By the slice, the range, the namespace and the named tuple that are given."""
        place, rows, value = self.place(VEC), self.place(VECS), self.calm(self.leaf())
        if self.chance(30):
            self.line(f"inner = {self.choose(('cut', 'slice(ns.i, 3)', 'slice(*cut.indices(3))'))}")
            place = f"{place}[inner]"
            return self.line(f"{place} {self.choose(('=', '+=', '*='))} {value}")
        return self.line(self.choose((
            f"{place}[cut] *= {value}", f"a = np.sum({place}[cut]) * ns.c",
            f"for i in span:\n{'    ' * (self.depth + 1)}{place}[i] += {value} * i",
            f"for r in {rows}[cut]:\n{'    ' * (self.depth + 1)}r *= {value}",
            f"a = sum({place}[i] for i in span) + span[-1] * x",
            f"{place}[ns.i] = ns.c * {value}", f"{place} += ns.w * pt.t", f"pt.v[0] = {value}",
            f"{rows}[ns.i] = pt.v", f"pt = pt._replace(t={value})", f"t, r = pt\n"
            f"{'    ' * self.depth}r[1] *= t", f"ns = SimpleNamespace(c={value}, i=1, w=pt.v)",
            f"pt = type(pt)({value}, {place})", f"{place}[cut.start] = {value} * cut.stop",
        ))) and self.noted(a=self.names.get("a", "other"))  # fmt: skip


def program(pick: Callable[[int], int], size: int = 7) -> str:
    """The text of a program: a function f, and what it calls."""
    text = containers.program(pick, size, Writer)
    return f"from types import SimpleNamespace\n{text}" if "SimpleNamespace" in text else text
