"""Programs of objects: made in lists, held by several names and lists, and changed through any.

`program(pick)` writes one.  An object has a number and an array; names, lists, tuples and a
dictionary hold objects, and statements change them through what is at hand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from mixed.writing import BOUNDS, CONSTANTS, HEAD, Brief

OBJECT, LIST = ("o",), ("ol",)
CLASS = '''
class P:
    def __init__(self, a, v):
        self.a = a
        self.v = v

    def push(self, t):
        self.a = self.a + 0.3 * t

    def turn(self, t):
        self.v *= math.cos(t)
        return self

    def energy(self):
        return self.a * np.sum(self.v) + self.v[0]


def pulled(p, q):
    t = math.tanh(p.a - q.a)
    p.a -= 0.2 * t
    q.a += 0.3 * t
    return p


def chosen(ps, t):
    for p in ps:
        if p.a > t:
            return p
    return ps[0]


'''
MADE = (
    "ps = [P(u[i], A[i % 3, :2] * x) for i in range(4)]",
    "ps = [P(u[i] * y, np.array([x, u[i]])) for i in range(3)]",
    "ps = [P(x, u[:2] * y), P(y, u[2:].copy()), P(u[0], np.ones(2))]",
    "ps = []\n    for i in range(4):\n        ps.append(P(math.sin(u[i]), x * A[1, :2] + i))",
)
RESULTS = (
    "sum(p.energy() for p in {})", "sum([p.a for p in {}])", "np.sum(sum(p.v for p in {}))",
    "{}[0].energy()", "{}[-1].a",
)  # fmt: skip
TESTS = ("{} > {}", "{} < {}")


@dataclass
class Writer(Brief):
    """Writes the body of one function."""

    usual: ClassVar[tuple[str, ...]] = (
        "number", "array", "element", "named", "method", "called", "kept", "filtered", "ordered",
        "exchanged", "replaced", "shorter", "paired", "either", "shared", "held",
    )  # fmt: skip
    looping: ClassVar[tuple[str, ...]] = ("for", "pairs", "counted")
    control: ClassVar[tuple[str, ...]] = ("if", *looping)
    simplest: ClassVar[str] = "number"

    def of_form(self, form: tuple[str, ...]) -> list[str]:
        return [name for name, known in self.names.items() if known == form]

    def lists(self) -> list[str]:
        return self.of_form(LIST)

    def object(self) -> str:
        """What is an object: a name, or an item of a list."""
        names = self.of_form(OBJECT)
        if names and self.chance(60):
            return str(self.choose(names))
        place = self.choose(("0", "-1", "0", "1"))
        return f"{'ps' if place == '1' else self.choose(self.lists())}[{place}]"

    def leaf(self) -> str:
        return str(self.choose((
            "x", "y", "u[1]", self.choose(CONSTANTS), f"{self.object()}.a", f"{self.object()}.a",
            f"{self.object()}.v[0]", f"np.sum({self.object()}.v)",
        )))  # fmt: skip

    def vector(self) -> str:
        return str(self.choose((
            f"0.5 * {self.object()}.v", f"np.array([x, {self.leaf()}])", "u[1:3] * y",
            f"{self.object()}.v + {self.object()}.a", f"{self.object()}.v.copy()",
        )))  # fmt: skip

    def condition(self) -> str:
        objects = self.of_form(OBJECT)
        if len(objects) > 1 and self.chance(20):
            pair = self.choose(objects), self.choose(objects)
            return f"{pair[0]} {self.choose(('is', 'is not'))} {pair[1]}"
        if self.chance(10):
            return f"len({self.choose(self.lists())}) > {self.choose('123')}"
        return str(self.choose(TESTS)).format(self.leaf(), self.choose(BOUNDS))

    # what is changed

    def write_number(self) -> bool:
        operator = self.choose(("=", "+=", "-=", "*="))
        return self.line(f"{self.object()}.a {operator} {self.calm(self.leaf())}")

    def write_array(self) -> bool:
        target = f"{self.object()}.v"
        form = self.choose(("{} = {}", "{} += {}", "{} *= {}", "{}[:] = {}", "{}[:] += {}"))
        return self.line(form.format(target, f"np.sin({self.vector()})"))

    def write_element(self) -> bool:
        place, operator = self.choose(("0", "1", "-1")), self.choose(("=", "+=", "*="))
        return self.line(f"{self.object()}.v[{place}] {operator} {self.calm(self.leaf())}")

    def write_method(self) -> bool:
        if self.chance(40):
            return self.line(f"{self.object()}.turn({self.leaf()}).a *= 0.7")
        return self.line(f"{self.object()}.push({self.calm(self.leaf())})")

    def write_called(self) -> bool:
        if self.chance(50):
            return self.line(f"pulled({self.object()}, {self.object()}).a += 0.1")
        return self.bound(f"chosen({self.choose(self.lists())}, {self.choose(BOUNDS)})")

    def write_shared(self) -> bool:
        """Two objects hold one array."""
        return self.line(f"{self.object()}.v = {self.object()}.v")

    # what is held

    def bound(self, value: str) -> bool:
        name = self.choose("pqr")
        self.names[name] = OBJECT
        return self.line(f"{name} = {value}")

    def write_named(self) -> bool:
        return self.bound(self.object())

    def write_either(self) -> bool:
        text = f"{self.object()} if {self.condition()} else {self.object()}"
        return self.bound(text) if self.chance(60) else self.line(f"({text}).a += {self.leaf()}")

    def write_kept(self) -> bool:
        """A list takes an object, perhaps one that it has."""
        target = self.choose(self.lists())
        if target == "ps" and not self.chance(30):
            return False
        form = self.choose(("{}.append({})", "{}.append({})", "{}.insert(0, {})", "{} += [{}]"))
        if self.depth > 1:  # or a loop over it might have no end
            self.line(f"if len({target}) < 6:")
            return self.line(f"    {form.format(target, self.object())}")
        return self.line(form.format(target, self.object()))

    def write_filtered(self) -> bool:
        name, source = self.choose(("far", "near", "ps")), self.choose(self.lists())
        test = f"{source}[:1] + " if self.chance(50) else "ps[:1] + "
        self.line(f"{name} = {test}[o for o in {source} if o.a > {self.choose(BOUNDS)}]")
        self.names[name] = LIST
        return True

    def write_ordered(self) -> bool:
        name, source = self.choose(("far", "near", "ps")), self.choose(self.lists())
        form = self.choose(("sorted({}, key=lambda o: o.a)", "{}[::-1]", "list({})", "{}[:]", "{}"))
        self.names[name] = LIST
        return self.line(f"{name} = {form.format(source)}")

    def write_exchanged(self) -> bool:
        name = self.choose(self.lists())
        return self.line(f"{name}[0], {name}[-1] = {name}[-1], {name}[0]")

    def write_replaced(self) -> bool:
        made = self.chance(50)
        value = f"P({self.leaf()}, {self.vector()})" if made else self.object()
        return self.line(f"{self.choose(self.lists())}[{self.choose(('0', '-1'))}] = {value}")

    def write_shorter(self) -> bool:
        name = self.choose(self.lists())
        self.line(f"if len({name}) > 2:")
        return self.line(f"    {name}.pop({self.choose(('', '0'))})")

    def write_paired(self) -> bool:
        """A tuple of two objects is taken apart."""
        self.line(f"pair = ({self.object()}, {self.object()})")
        return self.line(f"pair[{self.choose('01')}].a *= {self.calm(self.leaf())}")

    def write_held(self) -> bool:
        """A dictionary holds objects."""
        self.line(f"table = {{'one': {self.object()}, 'two': {self.object()}}}")
        return self.bound(f"table['{self.choose(('one', 'two'))}']")

    # control

    def write_for(self) -> bool:
        name = self.name("o")
        return self.inner(f"for {name} in {self.choose(self.lists())}:", **{name: OBJECT})

    def write_counted(self) -> bool:
        name = self.choose(self.lists())
        head = f"for i, o in enumerate({name}):" if self.chance(50) else (
            f"for o, t in zip({name}, u):"
        )
        return self.inner(head, o=OBJECT)

    def write_pairs(self) -> bool:
        """All pairs, or those of neighbours."""
        name = self.choose(self.lists())
        if self.chance(50):
            return self.inner(f"for o, t in zip({name}, {name}[1:]):", o=OBJECT, t=OBJECT)
        self.line(f"for o in {name}:")
        self.depth += 1
        made = self.inner(f"for t in {name}:", o=OBJECT, t=OBJECT)
        self.depth -= 1
        return made


def program(pick: Callable[[int], int], size: int = 7) -> str:
    """The text of a program: a class, a function f, and what it calls."""
    writer = Writer(pick)
    writer.names = {"ps": LIST}
    writer.kinds = [kind for kind in (*Writer.usual, *Writer.control) if writer.chance(50)]
    writer.line(writer.choose(MADE))
    if writer.chance(60):
        writer.line(writer.choose(("far = []", "far = [ps[0], ps[2]]", "far = ps[1:]")))
        writer.line("far.append(ps[1])")
        writer.names["far"] = LIST
    if writer.chance(40):
        writer.line("p = ps[0]")
        writer.names["p"] = OBJECT
    writer.budget = 2 + writer.pick(size)
    while writer.budget > 0:
        writer.statement()
    results = ["sum(o.energy() for o in ps)", writer.choose(RESULTS).format(
        writer.choose(writer.lists())
    )]  # fmt: skip
    results += [f"{name}.energy()" for name in writer.of_form(OBJECT)]
    writer.line(f"return {' + '.join(results)}")
    body = "\n".join(writer.lines)
    return f"{HEAD}\n{CLASS}def f(x, y, u, A):\n{body}\n"
