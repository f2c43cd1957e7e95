"""What is known of functions that call themselves: it grows from attempt to attempt of lowering."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from adcompile.frontend import flattening, memory
from adcompile.frontend.flattening import Flat, Shape
from adcompile.frontend.values import Again, Closure, Identity, Poison, State, Storage, Value
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit, Trace, Var

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

CALLEES = 40
WRAPPED = 6  # a function around a function ...
Key = tuple[Any, ...]
Place = tuple[str, int]  # ("param" | "result" | "object" | "new object", number)


@dataclass(eq=False, slots=True)
class Summary:
    """What is known of a callee so far.  A parameter of one value in all calls is a literal."""

    name: str
    params: list[k.Kind | Lit | None] = field(default_factory=list)
    captures: dict[tuple[int, str], Shape] = field(default_factory=dict)
    shape: Shape | None = None
    results: list[k.Kind] = field(default_factory=list)
    overwritten: dict[int, k.Kind] = field(default_factory=dict)
    spoiled: dict[int, str] = field(default_factory=dict)
    links: dict[tuple[Place, Place], None] = field(default_factory=dict)
    deep: dict[int, None] = field(default_factory=dict)  # lists of which items are changed in place
    rebuilt: dict[int, None] = field(default_factory=dict)  # but for what is appended
    twice: dict[Place, None] = field(default_factory=dict)  # lists that may hold a thing twice
    nullable: dict[Place, None] = field(default_factory=dict)
    origins: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    wrapped: dict[Any, int] = field(default_factory=dict)  # by the place where functions are made

    def facts(self) -> tuple[Any, ...]:
        """What the end of a callee says of it, to see whether that has changed."""
        found = (self.overwritten, self.spoiled, self.links, self.deep, self.rebuilt, self.twice,
                 self.nullable)  # fmt: skip
        return self.shape, list(self.results), *(dict(each) for each in found)

    def linked(self, first: Place, second: Place) -> bool:
        """May these share memory?"""
        return (first, second) in self.links or (second, first) in self.links

    def dynamic(self) -> list[int]:
        """The numbers of the parameters that are passed."""
        return [n for n, kind in enumerate(self.params) if not isinstance(kind, Lit)]


@dataclass(slots=True)
class Context:
    """A callee that is being lowered, the state of its first caller, and its own frame."""

    summary: Summary
    state: State
    frame: int


@dataclass(slots=True)
class Recursion:
    """The callees: those found, what is known of each, and the traces of this attempt."""

    found: dict[Key, None] = field(default_factory=dict)
    summaries: dict[Key, Summary] = field(default_factory=dict)
    done: dict[Key, None] = field(default_factory=dict)
    contexts: list[Context] = field(default_factory=list)
    functions: dict[str, Trace] = field(default_factory=dict)
    outside: dict[Storage, Var] = field(default_factory=dict)
    objects: dict[Identity, dict[Any, Value]] = field(default_factory=dict)  # from outside, too
    unsettled: bool = False
    endless: dict[Any, None] = field(default_factory=dict)  # what was called and never returns

    def begin(self) -> Recursion:
        """The same knowledge, for another attempt."""
        return Recursion(self.found, self.summaries)

    def forget(self) -> None:
        """The arguments of the whole program have changed."""
        self.summaries.clear()


def key_of(closure: Closure) -> Key:
    """The place of a function in the text; of one made there twice, which of the two."""
    function = closure.function
    which = (function.name, None if function.live is None else id(function.live))
    return function.file, function.node.lineno, function.node.col_offset, which


def summary_of(low: Lowerer, closure: Closure, shapes: Any, given: Flat) -> tuple[Summary, Key]:
    known = low.recursion.summaries
    sorts = tuple(_sort(_kind_of(low, leaf)) for leaf in given.leaves)
    key = (*key_of(closure), closure.frame, tuple(shapes.items()), sorts)
    if key not in known:
        loose = flattening.loose(tuple(shapes.items()))
        for other in known:
            if other[:5] == key[:5] and flattening.loose(other[5]) == loose:
                for identity in given.objects:
                    if identity.form == "list" and identity.site not in low.dynamic:
                        low.make_dynamic(identity)
        if sum(other[:5] == key[:5] for other in known) >= CALLEES:
            raise low.rejection(
                None,
                f"{closure.function.name} is called with ever new structures of arguments",
                "ADC212",
            )
        wrapped = _wrapped(low, closure, shapes)
        named = closure.function.name
        base = name = "function" if named == "lambda" else named
        taken, count = {summary.name for summary in known.values()}, 1
        while name in taken:
            count += 1
            name = f"{base}_{count}"
        known[key] = Summary(name, wrapped=wrapped)
    return known[key], key


def _wrapped(low: Lowerer, closure: Closure, shapes: dict[str, Shape]) -> dict[Any, int]:
    """How many functions made at one place in the text wrap one another in these arguments.

    A function that is made in a call of a callee wraps what that call was given.
    """
    found: dict[Any, int] = {}
    for place, frame in flattening.functions(tuple(shapes.values())):
        makers = [context for context in low.recursion.contexts if context.frame <= frame]
        inner = makers[-1].summary.wrapped if makers else {}
        found[place] = max(found.get(place, 0), inner.get(place, 0) + len(makers[-1:]))
        for other, depth in inner.items():
            found[other] = max(found.get(other, 0), depth)
    if any(depth > WRAPPED for depth in found.values()):
        name = closure.function.name
        raise low.rejection(
            None, f"{name} is given a function that is made around the one that it was given, turn "
            "by turn; give it what that computes, or apply the function in a loop", "ADC212",
        )  # fmt: skip
    return found


def _sort(kind: k.Kind | None) -> str:
    """What a leaf is, where a text and a number are no two values of one thing."""
    match kind:
        case k.List():
            return "list"
        case k.Opaque(what):
            return what
    return ""


def _kind_of(low: Lowerer, leaf: Value) -> k.Kind | None:
    return low.build.kind(memory.atom_of(low, leaf))


def learn(low: Lowerer, summary: Summary, atoms: list[Atom]) -> None:
    """Join the kinds of the arguments to what is known of the parameters."""
    params = summary.params
    for number, atom in enumerate(atoms):
        if number == len(params):
            params.append(None)
        old = params[number]
        new: k.Kind | Lit = atom if isinstance(atom, Lit) else plain(low.build.kind(atom))
        if isinstance(old, Lit) and old == new:
            continue
        if old is not None:
            kinds = [k.of_constant(x.value) if isinstance(x, Lit) else x for x in (old, new)]
            new = k.join(kinds[0], kinds[1], (summary.name, number))
        if new != old:
            params[number] = new
            low.recursion.unsettled = True
        if atom in low.nullable and ("param", number) not in summary.nullable:
            summary.nullable["param", number] = None
            low.recursion.unsettled = True
        if isinstance(atom, Var) and atom in low.origins and not _is_settled(low.build.kind(atom)):
            summary.origins.setdefault(number, low.origins[atom])


def _is_settled(kind: k.Kind) -> bool:
    """Is of the argument that it comes from known all that its uses could tell?"""
    return isinstance(kind, k.Scalar) or (isinstance(kind, k.Array) and kind.dims is not None)


def plain(kind: k.Kind) -> k.Kind:
    """The kind without the length that an integer is known to be."""
    match kind:
        case k.Scalar():
            return replace(kind, length=None)
        case k.Tuple(items, tag):
            return k.Tuple(tuple(map(plain, items)), tag)
        case k.Slice():
            return k.SLICE
    return kind


def lookup(low: Lowerer, frame: int, name: str) -> Value:
    """What a name of an enclosing function stands for, seen from here."""
    names = low.state.names.get(frame, {})
    if name in names:
        return names[name]
    found = captured(low, frame, name)
    if found is None:
        raise low.rejection(None, f"{name!r} has no value yet", "ADC112")
    return found


def captured(low: Lowerer, frame: int, name: str) -> Value | None:
    """What a callee takes from an enclosing function: a function, or a parameter more."""
    contexts = low.recursion.contexts
    for depth in range(len(contexts) - 1, -1, -1):
        value = contexts[depth].state.names.get(frame, {}).get(name)
        if value is None:
            continue
        if flattening.is_static(value) or isinstance(value, Poison):
            return value
        shape = Flat(low, contexts[depth].state).add(value)
        for context in contexts[depth:]:
            context.summary.captures[frame, name] = shape
            context.summary.params.clear()
        raise Again
    return None


class Lengths:
    """The kinds of a callee's results in terms of the arguments of one call."""

    def __init__(self, summary: Summary, kinds: list[k.Kind]) -> None:
        self.known: dict[object, k.Dim] = {}
        self.call = object()
        for param, arg in zip(summary.params, kinds):
            if isinstance(param, k.Array) and isinstance(arg, k.Array):
                for dim, actual in zip(param.dims or (), arg.dims or ()):
                    if dim.base is not None and dim.offset == 0:
                        self.known.setdefault(dim.base, actual)

    def __call__(self, kind: k.Kind | None, place: Any) -> k.Kind:
        match kind:
            case k.Array(dtype, dims) if dims is not None:
                return k.Array(dtype, tuple(self.dim(d, (place, i)) for i, d in enumerate(dims)))
            case k.Tuple(items, tag):
                parts = (self(item, (place, i)) for i, item in enumerate(items))
                return k.Tuple(tuple(parts), tag)
            case k.List(item, frozen) if item is not None:
                return k.List(self(item, (place, 0)), frozen)
            case k.Dict(item) if item is not None:
                return replace(kind, item=self(item, (place, 0)))
        return kind or k.ANY

    def dim(self, dim: k.Dim, place: Any) -> k.Dim:
        if dim.base is None:
            return dim
        if dim.base in self.known:
            actual = self.known[dim.base]
            whole = k.longer(actual, dim.offset)
            return k.Dim(whole.base, whole.offset, dim.many, dim.several)
        if isinstance(dim.base, tuple) and dim.base[:1] == ("each",):
            return dim
        return k.Dim((self.call, place), 0, dim.is_many, dim.is_several)
