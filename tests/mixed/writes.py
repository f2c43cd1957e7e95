"""Statements that assign and that write to arrays and lists, of generated programs."""

from __future__ import annotations

from dataclasses import dataclass, field

from mixed.expressions import CALM_ARRAYS, Expressions, Form, parts
from mixed.writing import BOUNDS, NUMBER

NEW_FORMS: tuple[Form, ...] = (("v", 4), ("v", 3), ("m", 3, 4), ("m", 3, 3), ("v", 5), ("m", 2, 3))


@dataclass
class Writes(Expressions):
    """Each method writes one statement; False says that nothing fits."""

    fixed: set[str] = field(default_factory=set)  # names that are not assigned again

    def arrays(self) -> list[str]:
        return [*self.named("v"), *self.named("m")]

    # numbers

    def write_assign(self) -> bool:
        name = self.choose("abcd")
        if name in self.fixed:
            return False
        self.line(f"{name} = {self.number()}")
        self.names[name] = NUMBER
        return True

    def own_numbers(self) -> list[str]:
        return [name for name in self.named("s") if name in "abcdt" and name not in self.fixed]

    def write_augment(self) -> bool:
        names = self.own_numbers()
        if not names:
            return False
        operator = self.choose(("+=", "-=", "*="))
        return self.line(f"{self.choose(names)} {operator} {self.calm(self.scalar(1))}")

    def write_swap(self) -> bool:
        names = self.own_numbers()
        if len(names) < 2:
            return False
        one, other = names[0], names[-1]
        return self.line(self.choose((
            f"{one}, {other} = {other}, {self.calm(one)}",
            f"{one}, {other} = {self.number(1)}, {one}",
            f"{one} = {other} = {self.number(1)}",
        )))  # fmt: skip

    # names of arrays

    def write_new(self) -> bool:
        form = self.choose(NEW_FORMS)
        text = self.fresh(form)
        return self.line(f"{self.name('w', form)} = {text}")

    def write_view(self) -> bool:
        """A second name for all of an array or a part of it."""
        arrays = self.arrays()
        if not arrays:
            return False
        source = self.choose(arrays)
        match self.names[source]:
            case ("v", length):
                text, size = self.choose(parts(length))
                form: Form = ("v", size)
                view = self.choose((source, f"{source}[{text}]", f"{source}[{text}]"))
                if view == source:
                    form = ("v", length)
                elif length == 4 and self.chance(20):
                    view, form = f"{source}.reshape(2, 2)", ("m", 2, 2)
            case ("m", rows, columns):
                forms: tuple[Form, ...] = (
                    ("v", columns), ("v", rows), ("m", columns, rows), ("m", rows, columns),
                    ("m", rows - 1, columns), ("v", rows * columns),
                )  # fmt: skip
                form = self.choose([form for form in forms if 0 not in form])
                same = [v for v in self.views(form) if v.partition("[")[0].split(".")[0] == source]
                if not same:
                    return False
                view = self.choose(same)
        return self.line(f"{self.name('v', form)} = {view}")

    def write_rebound(self) -> bool:
        """A name of an array for another array; of what it was a view of, no more."""
        names = [name for name in self.arrays() if name not in self.fixed]
        if not names or (self.loops and not self.chance(25)):
            return False
        name = self.choose(names)
        if self.depth == 1 and self.chance(40):
            return self.line(f"{name} = {self.choose(self.views(self.names[name]))}")
        return self.line(f"{name} = {self.fresh(self.names[name])}")

    # writes

    def write_element(self) -> bool:
        options = [*self.arrays(), *self.named("l"), *self.named("q")]
        if not options:
            return False
        target = self.element_of(self.choose(options))
        operator = self.choose(("=", "=", "+=", "*="))
        return self.line(f"{target} {operator} {self.calm(self.scalar(1))}")

    def target(self) -> tuple[str, Form] | None:
        """A part of an array that can be written to, and its form."""
        arrays = self.arrays()
        if not arrays:
            return None
        name = self.choose(arrays)
        match self.names[name]:
            case ("v", length):
                text, size = self.choose(parts(length))
                return f"{name}[{text}]", ("v", size)
            case ("m", rows, columns):
                one, other = self.index(rows), self.index(columns)
                options: list[tuple[str, Form]] = [
                    (f"{name}[{one}]", ("v", columns)), (f"{name}[:, {other}]", ("v", rows)),
                    (f"{name}.T[{other}]", ("v", rows)), (f"{name}[:]", ("m", rows, columns)),
                    (f"{name}[{one}, :2]", ("v", min(2, columns))),
                    (f"{name}[::-1]", ("m", rows, columns)), (f"{name}.T", ("m", columns, rows)),
                    (f"{name}[:, ::-1]", ("m", rows, columns)),
                    (f"{name}.reshape(-1)[1:3]", ("v", min(2, rows * columns - 1))),
                    (f"{name}[...]", ("m", rows, columns)), (f"{name}[{one}][:]", ("v", columns)),
                ]  # fmt: skip
                if rows > 1:
                    options.append((f"{name}[1:]", ("m", rows - 1, columns)))
                return self.choose(options)
        raise AssertionError(name)

    def write_part(self) -> bool:
        found = self.target()
        if found is None:
            return False
        target, form = found
        operator = self.choose(("=", "=", "+=", "-=", "*="))
        if target.endswith(".T"):
            target, operator = f"{target}[:]", "="
        value = self.calm(self.leaf()) if self.chance(25) else self.written(form)
        return self.line(f"{target} {operator} {value}")

    def written(self, form: Form) -> str:
        """What is written to a part: bounded, and often a part of the same array."""
        if self.chance(30):
            return self.part(form)
        return self.choose(CALM_ARRAYS).format(self.array(form))

    def write_whole(self) -> bool:
        """An array changed in place: the name stays the array."""
        names = [name for name in self.arrays() if name not in self.fixed]
        if not names:
            return False
        name = self.choose(names)
        form = self.names[name]
        match self.choose(("augment", "augment", "out", "fill", "scale", "apart")):
            case "out":
                other = self.part(form)
                return self.line(self.choose((
                    f"np.sin({other}, out={name})", f"np.multiply({name}, {other}, out={name})",
                    f"np.add({other}, {self.leaf()}, {name})",
                )))  # fmt: skip
            case "fill":
                return self.line(f"{name}.fill({self.leaf()})")
            case "scale":
                return self.line(f"{name} *= {self.choose(('0.5', '0', '-0.7'))}")
            case "apart" if form[0] == "v":
                return self.line(f"{name} -= {self.element_of(name)}")
        operator = self.choose(("+=", "-=", "*="))
        return self.line(f"{name} {operator} {self.choose(CALM_ARRAYS).format(self.array(form))}")

    def write_mask(self) -> bool:
        arrays = self.arrays()
        if not arrays:
            return False
        name = self.choose(arrays)
        other = self.part(self.names[name])
        mask = f"{other} {self.choose('<>')} {self.choose(BOUNDS)}"
        return self.line(self.choose((
            f"{name}[{mask}] = {self.leaf()}", f"{name}[{mask}] *= {self.calm(self.leaf())}",
            f"{name}[{mask}] += {self.calm(self.leaf())}",
            f"{name}[{mask}] = {other}[{mask}] * 0.5",
        )))  # fmt: skip

    def write_fancy(self) -> bool:
        """Lists of indices, with repeats."""
        vectors = self.named("v")
        if not vectors:
            return False
        name = self.choose(vectors)
        length = self.names[name][1]
        index = f"[{self.pick(length)}, {self.pick(length)}, {self.pick(length)}]"
        count = 3
        if "k" in self.names and length > 2 and self.chance(40):
            index, count = "k", 4
        value = self.written(("v", count))
        return self.line(self.choose((
            f"{name}[{index}] = {value}", f"{name}[{index}] += {value}",
            f"np.add.at({name}, {index}, {value})", f"{name}[{index}] *= {self.calm(self.leaf())}",
        )))  # fmt: skip

    def write_exchange(self) -> bool:
        """Elements or rows change places, rows also wrongly."""
        arrays = self.arrays()
        if not arrays:
            return False
        name = self.choose(arrays)
        form = self.names[name]
        one, other = self.index(form[1]), self.index(form[1])
        if form[0] == "v":
            return self.line(self.choose((
                f"{name}[{one}], {name}[{other}] = {name}[{other}], {name}[{one}]",
                f"{name}[[0, -1]] = {name}[[-1, 0]]",
            )))  # fmt: skip
        return self.line(self.choose((
            f"{name}[[{one}, {other}]] = {name}[[{other}, {one}]]",
            f"{name}[{one}], {name}[{other}] = {name}[{other}], {name}[{one}]",
            f"{name}[{one}], {name}[{other}] = {name}[{other}], {name}[{one}].copy()",
        )))  # fmt: skip

    # lists

    def write_list(self) -> bool:
        """A list of numbers, or of arrays that keep their names."""
        arrays = self.arrays()
        if arrays and self.chance(50):
            one = self.choose(arrays)
            form = self.names[one]
            text = f"{one}, {self.choose((self.part(form), self.fresh(form)))}"
            return self.line(f"{self.name('q', ('q', 2, form))} = [{text}]")
        text = f"{self.number(1)}, {self.leaf()}"
        return self.line(f"{self.name('l', ('l', 2))} = [{text}]")

    def write_grow(self) -> bool:
        lists = [name for name in self.named("l") if name not in self.fixed]
        if not lists:
            return False
        name = self.choose(lists)
        return self.line(self.choose((
            f"{name}.append({self.number(1)})", f"{name} += [{self.number(1)}]",
            f"{name}.insert(0, {self.number(1)})", f"{name}.append({name}.pop())",
        )))  # fmt: skip

    def write_item(self) -> bool:
        """An array in a list is changed or replaced."""
        lists = self.named("q")
        if not lists:
            return False
        name = self.choose(lists)
        form = self.names[name][2]
        place = self.item(name)
        match self.choose(("augment", "replace", "write")):
            case "augment":
                text = self.choose(CALM_ARRAYS).format(self.array(form))
                return self.line(f"{name}[{place}] {self.choose(('+=', '*='))} {text}")
            case "replace":
                return self.line(f"{name}[{place}] = {self.fresh(form)}")
        return self.line(f"{name}[{place}][:] = {self.written(form)}")
