"""Programs of containers: lists, tuples and dictionaries of arrays, of numbers and of lists.

`program(pick)` writes one.  Containers are made in the ways numerical code makes them, what they
hold has other names, too, and statements change them through what is at hand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from mixed.container_forms import (
    COEFS,
    DICTS,
    FIRST,
    GRID,
    HEADS,
    HELPERS,
    ITEMS,
    KEYED,
    KEYS,
    LISTS,
    MADE,
    NAMES,
    NUM,
    NUMS,
    PAIR,
    QUEUE,
    RESULTS,
    STACK,
    VEC,
    VECS,
)
from mixed.writing import BOUNDS, CONSTANTS, HEAD, Brief


@dataclass
class Writer(Brief):
    """Writes the body of one function."""

    usual: ClassVar[tuple[str, ...]] = (
        "number", "vector", "element", "named", "anew", "taken", "kept", "extended", "shorter",
        "exchanged", "replaced", "sliced", "called", "either", "swapped", "history", "keys",
        "unpacked", "queued", "ordered", "item",
    )  # fmt: skip
    looping: ClassVar[tuple[str, ...]] = ("for", "counted", "together", "over_items", "while")
    control: ClassVar[tuple[str, ...]] = ("if", *looping)
    simplest: ClassVar[str] = "number"
    left: ClassVar[int] = 15
    heads: ClassVar[tuple[str, ...]] = HEADS

    def of(self, *forms: str) -> list[str]:
        return [name for name, form in self.names.items() if form in forms]

    def place(self, form: str) -> str:
        """What is of this form and can be changed: a name, or an item of something."""
        names = self.of(form)
        holders = [one for one, item in ITEMS.items() if item == form and self.of(one)]
        if form in (VECS, VEC) and self.of(PAIR):
            holders.append(PAIR)
        if names and (not holders or self.chance(45)):
            return str(self.choose(names))
        if not holders and form == NUM:
            return f"{self.place(VEC)}[{self.pick(3)}]"
        holder = self.choose(holders)
        if holder == PAIR:
            return f"{self.choose(self.of(PAIR))}[{int(form == VEC)}]"
        return self.item(self.place(holder), holder)

    def item(self, text: str, form: str) -> str:
        if form in DICTS:
            return f"{text}[{self.choose((*KEYS, *self.of('key')))}]"
        return f"{text}[{self.choose(('0', '-1', '1', '0', *self.of('index')))}]"

    def leaf(self) -> str:
        return str(self.choose((
            "x", "y", "u[1]", self.choose(CONSTANTS), self.place(NUM), self.place(NUM),
            f"{self.place(VEC)}[{self.pick(3)}]", f"np.sum({self.place(VEC)})",
        )))  # fmt: skip

    def value(self, form: str) -> str:
        """Something of this form, made anew or not."""
        text: str = self.choose(MADE[form])
        return text.format(
            v=self.place(VEC), vs=self.place(VECS), ns=self.place(NUMS), n=self.leaf(),
            m=self.place(NUM), t=self.choose(BOUNDS), c=self.choose(CONSTANTS),
        )  # fmt: skip

    def fresh(self) -> str:
        """A bounded vector."""
        return f"np.sin({self.value(VEC)})"

    def condition(self) -> str:
        if self.chance(10):
            return f"len({self.place(self.choose((VECS, NUMS)))}) > {self.choose('234')}"
        if self.chance(10):
            return f"{self.place(VEC)} {self.choose(('is', 'is not'))} {self.place(VEC)}"
        if self.chance(10) and self.of(*DICTS):
            key = self.choose((*KEYS, "'z'"))
            return f"{key} {self.choose(('in', 'not in'))} {self.choose(self.of(*DICTS))}"
        return f"{self.leaf()} {self.choose('<>')} {self.choose(BOUNDS)}"

    def bound(self, form: str, value: str) -> bool:
        name = self.choose(NAMES[form])
        self.line(f"{name} = {value}")
        self.names[name] = form
        return True

    def some(self, *forms: str) -> str:
        return str(self.choose([form for form in forms if self.of(form)]))

    def guarded(self, name: str, text: str, least: int = 2) -> bool:
        """Where a list is long enough."""
        if self.chance(90):
            self.line(f"if len({name}) > {least}:")
            text = f"    {text}"
        return self.line(text)

    def short(self, name: str, text: str) -> bool:
        """Where a list is not too long."""
        if self.depth > 1:
            self.line(f"if len({name}) < 6:")
            text = f"    {text}"
        return self.line(text)

    # what is changed

    def write_number(self) -> bool:
        operator = self.choose(("=", "+=", "-=", "*="))
        return self.line(f"{self.place(NUM)} {operator} {self.calm(self.leaf())}")

    def write_vector(self) -> bool:
        form = self.choose((
            "{} = {}", "{} += {}", "{} -= {}", "{} *= {}", "{}[:] = {}", "{}[:] += {}",
            "{}[::-1] *= {}",
        ))  # fmt: skip
        return self.line(form.format(self.place(VEC), self.fresh()))

    def write_element(self) -> bool:
        place, operator = self.choose(("0", "1", "-1", ":2")), self.choose(("=", "+=", "*="))
        return self.line(f"{self.place(VEC)}[{place}] {operator} {self.calm(self.leaf())}")

    def write_replaced(self) -> bool:
        """Another item at a place."""
        form = self.some(*ITEMS)
        name = self.item(self.place(form), form)
        value = self.value(ITEMS[form])
        if ITEMS[form] in (NUM, VEC) and "sin" not in value:
            value = self.calm(self.leaf()) if form in (NUMS, COEFS) else value
        return self.line(f"{name} = {value}")

    def write_exchanged(self) -> bool:
        name = self.place(self.some(*LISTS))
        i, j = self.choose((("0", "-1"), ("0", "1"), ("-1", "1")))
        return self.line(f"{name}[{i}], {name}[{j}] = {name}[{j}], {name}[{i}]")

    def write_swapped(self) -> bool:
        """Two names, as buffers are."""
        form = self.some(VEC, VECS, NUMS, KEYED)
        if len(self.of(form)) < 2:
            return False
        one, other = self.choose(self.of(form)), self.choose(self.of(form))
        return self.line(f"{one}, {other} = {other}, {one}")

    def write_sliced(self) -> bool:
        form = self.some(VECS, NUMS)
        name, item = self.place(form), self.value(ITEMS[form])
        return self.short(name, self.choose((
            f"{name}[1:] = {name}[:-1]", f"{name}[:1] = [{item}]",
            f"{name}[:] = {self.place(form)}[::-1]", f"{name}[:] = {self.value(form)}",
            f"{name}[1:2] = [{item}, {self.place(ITEMS[form])}]" if self.depth == 1 else
            f"{name}[1:2] = [{item}]",
        )))  # fmt: skip

    # what is named

    def write_named(self) -> bool:
        form = self.choose((VEC, VECS, NUMS))
        return self.bound(form, self.place(form))

    def write_anew(self) -> bool:
        form = self.choose((VEC, VECS, VECS, NUMS, GRID, STACK, *DICTS, PAIR, QUEUE))
        return self.bound(form, self.value(form))

    def write_either(self) -> bool:
        form = self.choose((VEC, VECS, NUMS))
        text = f"{self.place(form)} if {self.condition()} else {self.place(form)}"
        if form == VEC and self.chance(30):
            return self.line(f"({text})[{self.pick(3)}] += {self.calm(self.leaf())}")
        return self.bound(form, text)

    def write_taken(self) -> bool:
        """What a loop or a reduction finds in a list."""
        name = self.place(VECS)
        return self.bound(VEC, self.choose((
            f"{name}[int(np.argmax([r[0] for r in {name}]))]", f"next(r for r in {name})",
            f"max({name}, key=lambda r: np.sum(r))", f"{name}[len({name}) // 2]",
            f"{name}[1:][0]", f"{name}[::-1][0]", f"sorted({name}, key=lambda r: -r[2])[0]",
        )))  # fmt: skip

    def write_unpacked(self) -> bool:
        name = self.place(VECS)
        self.line(self.choose((
            f"v, w = {name}[0], {name}[1]", f"v, *_, w = {name}", f"v, w, *_ = {name}",
            f"v, w = {name}[:2]",
        )))  # fmt: skip
        self.names |= {"v": VEC, "w": VEC}
        return True

    def write_item(self) -> bool:
        """What stands at a place of a list that is only now known."""
        name, place = self.place(VECS), f"int({self.calm(self.leaf())} > 0.1)"
        if self.chance(50):
            return self.line(f"{name}[{place}] *= {self.fresh()}")
        return self.bound(VEC, f"{name}[{place}]")

    # what is held

    def write_kept(self) -> bool:
        form = self.some(*LISTS)
        name, value = self.place(form), self.value(ITEMS[form])
        return self.short(name, self.choose((
            f"{name}.append({value})", f"{name}.append({self.place(ITEMS[form])})",
            f"{name}.insert(0, {value})", f"{name}.insert(1, {self.place(ITEMS[form])})",
            f"{name} += [{value}]",
        )))  # fmt: skip

    def write_extended(self) -> bool:
        form = self.some(VECS, NUMS)
        name, more = self.place(form), self.value(form)
        return self.short(name, self.choose((
            f"{name}.extend({more})", f"{name} += {more}", f"{name}.extend({more}[:2])",
        )))  # fmt: skip

    def write_shorter(self) -> bool:
        form = self.some(VECS, NUMS)
        name = self.place(form)
        way = self.choose((
            "{0}.pop()", "{0}.pop(0)", "del {0}[0]", "del {0}[-1]", "del {0}[1:2]",
            "{1} = {0}.pop()", "{1} = {0}.pop(0)", "{0}.append({0}.pop(0))",
            "{0}.insert(0, {0}.pop())", "{0}.reverse()",
        ))  # fmt: skip
        known = self.of(ITEMS[form])
        if "{1}" in way and not known:
            return False
        return self.guarded(name, way.format(name, known and self.choose(known)))

    def write_ordered(self) -> bool:
        if self.chance(50):
            return self.line(f"{self.place(VECS)}.sort(key=lambda r: r[{self.pick(3)}])")
        return self.line(f"{self.place(NUMS)}.sort({self.choose(('', 'reverse=True'))})")

    def write_history(self) -> bool:
        """A state that goes on, kept turn by turn."""
        state, value = self.choose(("v", "w")), self.value(VEC)
        self.line(f"{state} = {value}")
        name = self.choose(NAMES[VECS])
        self.line(f"{name} = [{self.choose((state, f'{state}.copy()'))}]")
        self.line(f"for {self.choose(('_', 'i'))} in range({self.choose('23')}):")
        self.names |= {state: VEC, name: VECS}
        lines = [
            self.choose((f"{state} += 0.3 * np.sin({{}})", f"{state} = np.sin({{}})",
                         f"{state}[:] = np.cos({{}})", f"{state}[1:] = {{}}[:-1]")).format(
                self.choose((state, f"{name}[-1]", f"{name}[0]"))),
            f"{name}.append({self.choose((state, f'{state}.copy()', f'{state}[:]'))})",
        ]  # fmt: skip
        for line in lines if self.chance(60) else lines[::-1]:
            self.line(f"    {line}")
        return True

    def write_keys(self) -> bool:
        form = self.some(*DICTS) if self.of(*DICTS) else ""
        if not form:
            return self.bound(KEYED, self.value(KEYED))
        name, item, key = self.choose(self.of(form)), ITEMS[form], self.choose((*KEYS, "'z'"))
        value, known = self.value(item), self.choose(KEYS)
        return self.choose((
            lambda: self.line(f"{name}[{key}] = {value}"),
            lambda: self.bound(item, f"{name}.get({key}, {self.place(item)})"),
            lambda: self.bound(item, f"{name}.setdefault({key}, {value})"),
            lambda: self.line(f"{name}[{known}] = {name}.pop({known})"),
            lambda: self.bound(item, f"{name}.pop({key}, {value})") and self.line(
                f"{name}.setdefault({key}, {self.value(item)})"),
            lambda: self.line(f"{name}.update({known.strip(chr(39))}={value})"),
            lambda: self.line(f"{name}.update({self.choose(self.of(form))})"),
            lambda: self.line(f"{name} = {{**{name}, {known}: {value}}}"),
            lambda: self.line(f"{name} = dict({name})"),
            lambda: self.line(f"if {key} in {name}:") and self.line(
                f"    {name}[{key}] = {value}"),
            lambda: self.line(f"{name} = {{k: {name}[k] for k in {name}}}"),
        ))()  # fmt: skip

    def write_queued(self) -> bool:
        if not self.of(QUEUE):
            return self.bound(QUEUE, self.value(QUEUE))
        value = self.value(VEC)
        return self.line(self.choose((
            f"queue.append({value})", f"queue.appendleft({value})",
            "queue.append(queue.popleft())", "queue.appendleft(queue.pop())", "queue.rotate(1)",
            f"queue[0] *= {self.fresh()}",
        )))  # fmt: skip

    def write_called(self) -> bool:
        vectors = self.place(VECS)
        if self.of(KEYED) and self.chance(25):
            return self.bound(
                KEYED, f"renewed({self.place(KEYED)}, {self.choose(KEYS)}, {self.value(VEC)})"
            )
        return self.choose((
            lambda: self.line(f"scaled({vectors}, {self.calm(self.leaf())})"),
            lambda: self.line(f"scaled({vectors}[1:], {self.calm(self.leaf())})"),
            lambda: self.line(f"kept({vectors}, {self.value(VEC)})"),
            lambda: self.bound(VEC, f"kept({vectors}, {self.place(VEC)})"),
            lambda: self.bound(VEC, f"chosen({vectors}, {self.choose(BOUNDS)})"),
            lambda: self.line(f"raised({self.place(NUMS)}, {self.calm(self.leaf())})"),
        ))()  # fmt: skip

    # control

    def write_for(self) -> bool:
        form = self.some(*LISTS)
        part = {VEC: "v", NUM: "c", NUMS: "cs", VECS: "rows"}[ITEMS[form]]
        text = f"{self.place(form)}{self.choose(('', '', '[1:]', '[::-1]'))}"
        return self.inner(f"for {part} in {text}:", **{part: ITEMS[form]})

    def write_counted(self) -> bool:
        name = self.place(self.some(*LISTS))
        ending = self.choose(("2", "2", f"len({name})", f"1, len({name})"))
        if "len" in ending and self.chance(50):
            return self.inner(f"for i, v in enumerate({self.place(VECS)}):", i="index", v=VEC)
        return self.inner(f"for i in range({ending}):", i="index")

    def write_together(self) -> bool:
        one, other = self.place(VECS), self.place(VECS)
        return self.choose((
            lambda: self.inner(f"for v, w in zip({one}, {other}):", v=VEC, w=VEC),
            lambda: self.inner(f"for v, w in zip({one}, {one}[1:]):", v=VEC, w=VEC),
            lambda: self.inner(f"for v, c in zip({one}, {self.place(NUMS)}):", v=VEC, c=NUM),
        ))()  # fmt: skip

    def write_over_items(self) -> bool:
        if not self.of(*DICTS):
            return False
        form = self.some(*DICTS)
        name = self.choose(self.of(form))
        part = {VEC: "v", NUM: "c", VECS: "rows"}[ITEMS[form]]
        known = {part: ITEMS[form]}
        return self.choose((
            lambda: self.inner(f"for key, {part} in {name}.items():", **known, key="key"),
            lambda: self.inner(f"for key in {name}:", key="key"),
            lambda: self.inner(f"for {part} in {name}.values():", **known),
            lambda: self.inner("for key in ('p', 'r'):", key="key"),
        ))()  # fmt: skip

    def write_while(self) -> bool:
        name = self.name("n")
        self.line(f"{name} = 0")
        self.line(f"while {name} < {self.choose('23')}:")
        self.depth += 1
        self.line(f"{name} += 1")
        self.depth -= 1
        self.block(1 + self.pick(3))
        return True

    def returned(self) -> str:
        return self.leaf()


def program(pick: Callable[[int], int], size: int = 7, of: type[Writer] = Writer) -> str:
    """The text of a program: a function f, and what it calls."""
    writer = of(pick)
    head = writer.choose(of.heads)
    writer.names = {"s": NUMS, "x": NUM}
    writer.names |= {"R": VECS} if "R" in head else {}
    writer.names |= {"D": KEYED} if "D" in head else {}
    writer.kinds = [kind for kind in (*of.usual, *of.control) if writer.chance(40)]
    writer.line("v = x * u[:3]")
    writer.names["v"] = VEC
    writer.line(writer.choose(FIRST))
    writer.names["rows"] = VECS
    for form in (NUMS, VECS, *ITEMS, PAIR):
        if writer.chance(18):
            writer.bound(form, writer.value(form))
    writer.budget = 2 + writer.pick(size)
    while writer.budget > 0:
        writer.statement()
    results = [RESULTS[form].format(name) for name, form in writer.names.items() if form in RESULTS]
    whole = [name for name in writer.of(VEC, VECS, NUMS, GRID, KEYED, COEFS) if name not in "xsRD"]
    ending = f", {writer.choose(whole)}" if writer.chance(20) else ""
    writer.line(f"return {' + '.join(results)}{ending}")
    body = "\n".join(writer.lines)
    imports = "import collections\n" if "collections." in body else ""
    return f"{imports}{HEAD}\n{HELPERS}def f({head}):\n{body}\n"
