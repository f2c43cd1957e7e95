"""Arguments that are lists or dictionaries of objects, however many: lists of what these hold.

    def f(bodies: list[Body]):          bodies_items = [(each.mass, each.x) for each in bodies]
        ... bodies[i].mass ...     =>   ... bodies_items[i][0] ...

Inside the function such a list is one of objects that the program has made itself (packing.py).
A derivative by it is a list of objects, each of the class of the one that was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from adcompile.frontend import (
    classes,
    families,
    guessed,
    numbered,
    packing,
    parameters,
    watching,
)
from adcompile.frontend.annotations import KTree, children, of_each, structure
from adcompile.frontend.objects import Static
from adcompile.frontend.values import Identity, Num, Obj, Ref, Step, Storage, Struct, Twice, Value
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Apply, Atom, Equation, Lit, Node, Tree, Var
from adcompile.trace.paths import ALL, EACH, MANY, ONE, SELF, Held, asks_which, is_each, parts

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

MOST = 1 << 62
REARRANGED = (
    "objects of a list are compared with `is`, in a function that puts others into it or takes "
    "some out; give each a number, and compare these"
)
SEVERAL = "one of several objects"
FORGOTTEN = ("initial", "arguments", "origins", "given")


def opened(tree: Node) -> KTree:
    """A list of known items as one of any length."""
    items = children(tree)
    record = items[0] if items else k.ANY
    for item in items[1:]:
        record = _alike(record, item, tree) or k.ANY
    if isinstance(record, Node) and record.form == "record":
        return structure(MANY, ("list",), (of_each(record),))
    return k.List(_joined(tree))


def _alike(first: KTree, other: KTree, site: object) -> KTree | None:
    """What both are, where they are objects of one class with attributes that are alike."""
    if not isinstance(first, Node) or not isinstance(other, Node):
        if isinstance(first, (Node, Static)) or isinstance(other, (Node, Static)):
            return first if first == other else None
        return k.join(first, other, site)
    if (first.form, first.keys, first.record) != (other.form, other.keys, other.record):
        return None
    if getattr(first.record, "cls", None) is not getattr(other.record, "cls", None):
        return None
    pairs = enumerate(zip(children(first), children(other)))
    items = [_alike(a, b, (site, number)) for number, (a, b) in pairs]
    whole = [item for item in items if item is not None]
    if len(whole) < len(items):
        return None
    return structure(first.form, first.keys, whole, first.record)


def _joined(tree: Node) -> k.Kind:
    """The kind of an item of a list with these items."""
    kind: k.Kind | None = None
    for item in children(tree):
        kind = k.join(kind, _kind_of_item(item), tree)
    return kind or k.ANY


def _kind_of_item(item: KTree) -> k.Kind:
    """The kind of an item of a list; the lists, dictionaries and records in it as well."""
    if not isinstance(item, Node):
        return item
    if item.form == "tuple":
        return k.Tuple(tuple(children(item)))  # type: ignore[arg-type]
    if item.form == "record":
        return k.Opaque(SEVERAL)
    numbers = all(isinstance(part, (k.Scalar, k.Array, k.Any_)) for part in children(item))
    if item.form == "dict" and numbers and all(isinstance(key, str) for key in item.keys):
        return k.Dict(_joined(item))
    return k.List(_joined(item)) if item.form == "list" else k.Opaque(item.form)


def given(low: Lowerer, ktree: Node, name: str, path: tuple[Any, ...]) -> tuple[Node, Value]:
    """The list of what the objects hold: the node around it, and its value, or that of the one."""
    kind, tree = _of_param(low, ktree, name, path, parameters.path_text(low, path))
    var, value = low.held(kind, name, path, f"{name}_items")
    assert isinstance(value, Ref)
    low.gathered[value.storage] = path, tree
    if isinstance(kind, k.List):
        low.heaps[numbered.Among(numbered.GIVEN, path)] = value.storage
        low.build.kinds[var] = replace(kind, frozen=ktree.keys[0] == "tuple")
    whole = replace(tree, items=(var,))
    return whole, _alone(low, value) if ktree.keys[0] == ONE else value


def _of_param(
    low: Lowerer, ktree: Node, name: str, path: tuple[Any, ...], text: str
) -> tuple[k.Kind, Node]:
    """The kind of the list of what the objects hold, and the node around it, still empty."""
    form, records = ktree.keys[0], children(ktree)
    found = [_of_class(low, each, name, (*path, (ALL, n))) for n, each in enumerate(records)]
    tags = [each.tag for each, _ in found if each.tag is not None]
    for one, other in pairwise(tags):
        one.join(other)
    item: k.Kind | None = None
    for each, _ in found:
        item = k.join(item, each, (path, form))
    kind = k.Dict(item) if form == "dict" else k.List(item)
    return kind, Node(MANY, (form, tuple(held for _, held in found), False), (), text)


def _of_class(
    low: Lowerer, record: KTree, name: str, path: tuple[Any, ...]
) -> tuple[k.Tuple, Held]:
    """The kind of what objects of one class hold, and how it is asked of them."""
    known = {each: dict(getattr(low, each)) for each in FORGOTTEN}
    exact = isinstance(record, Node) and getattr(record.record, "exact", False)
    state, low.state = low.state, low.state.copy()
    with low.build.block() as eqns:
        tree, sample = low.leaf(record, name, path)
        _as_made(low, sample, exact)
        packed = packing.item(low, sample, apart=True)
        assert isinstance(packed, Num)
    low.state = state
    for each, before in known.items():
        setattr(low, each, before)
    kind, made = low.build.kind(packed.atom), eqns[-1]
    assert isinstance(kind, k.Tuple) and isinstance(made, Apply) and made.op == "mem.tuple"
    pattern = _pattern(tree, _places(eqns, made))
    fillers = [_filler(atom) for atom in made.args]
    for number, below in _told(eqns, made, tree):
        fillers[number] = below
    return kind, Held(pattern, tuple(fillers), str(record.record) if exact else "")  # type: ignore[union-attr]


def _alone(low: Lowerer, items: Ref) -> Value:
    """An object that is of one of several classes, of the list of it alone."""
    source = low.state.current[items.storage]
    atom = low.build.apply("mem.getitem", source, Lit(0))
    step = Step("", (Lit(0),))
    plain = k.is_fixed(low.build.kind(atom))
    value = Num(atom) if plain else Ref(items.storage, (step,), atom, source)
    return packing.object_of(low, value)


def _told(eqns: list[Equation], made: Apply, tree: Tree) -> Iterator[tuple[int, str]]:
    """The attributes of which the program is told a number, as members of an enumeration."""
    written = dict(_leaves(tree, SELF))
    for eqn in eqns:
        if isinstance(eqn, Apply) and eqn.op == "mem.opaque" and eqn.out in made.args:
            text, var = eqn.args
            assert isinstance(text, Lit)
            if var in written:
                yield made.args.index(eqn.out), text.value.replace("_0_", written[var])


def _leaves(tree: Tree, text: str) -> Iterator[tuple[Atom, str]]:
    """The variables of an object, and how they are written."""
    if not isinstance(tree, Node):
        yield tree, text
        return
    for item, below in parts(tree, text):
        yield from _leaves(item, below)


def one_class(low: Lowerer, identities: Sequence[Identity]) -> tuple[str, Any] | None:
    """The class of one of several objects, as an Identity has it; None where there are several."""
    first = identities[0]
    cls = first.cls[0] if first.cls else None
    of_one = all((each.cls[0] if each.cls else None) is cls for each in identities)
    if of_one and all(each.record == first.record for each in identities):
        return first.record, first.cls
    if cls is None or not of_one or any(guessed.derived(low, each) for each in identities):
        return None
    if not isinstance(cls, type):
        return cls.name, (cls, first.cls[1])
    if classes.own_path(cls):
        return cls.__name__, (cls, low.class_scopes.setdefault(cls, first.cls[1]))
    return cls.__name__, first.cls


def list_of(low: Lowerer, identities: Sequence[Identity]) -> tuple[Any, ...]:
    """The site of the given list whose items these are, if they are best told apart by their
    number in it, as those of a list of any length; of one object there is no need to."""
    paths = [low.given[each][0] if each in low.given else () for each in identities]
    whole = paths[0][:-1]
    if len(set(paths)) < 2 or not whole or any(path[:-1] != whole for path in paths):
        return ()
    tree = guessed.at_path(low, whole)
    alike = isinstance(tree, Node) and tree.form == "list" and isinstance(opened(tree), Node)
    site = ("param", whole)
    return (site,) if alike and site not in low.dynamic else ()


def described(tree: Node) -> list[tuple[str, KTree]]:
    """What the objects are, a class each, of the node around the list of what they hold."""
    whole = children(tree)[0]
    item = whole.item if isinstance(whole, (k.List, k.Dict)) else None
    kinds = item.items if isinstance(item, k.Tuple) else ()

    def filled(below: Tree) -> KTree:
        if isinstance(below, Node):
            return structure(below.form, below.keys, map(filled, below.items), below.record)
        return k.NONE if below == NOTHING else kinds[below.value]  # type: ignore[union-attr]

    return [(held.name, filled(held.pattern)) for held in tree.keys[1]]


def given_back(low: Lowerer, storage: Storage, atom: Atom) -> Node:
    """The objects, as they are at the end: like those that were given, and as many."""
    node = low.gathered[storage][1]
    kind = low.build.kind(atom)
    item = kind.item if isinstance(kind, (k.List, k.Dict)) else None
    one = isinstance(item, k.Tuple) and item.tag is not None and len(item.tag.family) == 1
    if asks_which(node):
        raise low.rejection(
            None, "a list of objects that hold members of an enumeration is returned, to which "
            "emitted code has no names; return what else they hold", "ADC210"
        )
    if not one or watching.was_resized(low, storage):
        raise low.rejection(
            None, "a list of objects that is given is returned with more or fewer objects, or with "
            "others, in it; return what they hold", "ADC402"
        )
    return Node(MANY, (*node.keys[:2], True), (atom,), node.record)


def same(low: Lowerer, one: Identity, other: Identity) -> Atom | None:
    """Are two items of a list one object?  They are if they are one item, where none is there
    twice: of a list that is given that is asked when the function begins.
    """
    pair = [(each, low.state.places.get(each)) for each in (one, other)]
    found = [spot.place for each, spot in pair if spot is not None and spot.top is each]
    if len(found) < 2:
        return None
    first, second = found
    plain = all(len(each.path) == 1 and each.path[0].op == "" for each in (first, second))
    storage = first.storage
    held = low.state.holds.get(storage, {})
    if not plain or storage is not second.storage or storage in held or Twice(storage) in held:
        return None
    if storage in low.gathered:
        low.told[storage] = None
    places = [each.path[0].args[0] for each in (first, second)]
    if isinstance(low.build.kind(low.state.current[storage]), k.List):
        places = [_from_the_start(low, storage, place) for place in places]
    return low.build.apply("operator.eq", *places)


def _from_the_start(low: Lowerer, storage: Storage, place: Atom) -> Atom:
    """The number of an item, of which it is known that it is not counted from the end."""
    if storage in low.heaps.values() and storage not in low.gathered:
        return place
    if place in low.counted or (isinstance(place, Lit) and place.value in range(MOST)):
        return place
    length = low.build.apply("builtins.len", low.state.current[storage])
    return low.build.apply("operator.mod", place, length)


def guards(low: Lowerer, changed: Iterable[Storage]) -> Iterator[Equation]:
    """Questions to ask: is an object that is changed in such a list given another time as well?"""
    for storage in {**low.told, **low.referred}:
        if storage in low.rearranged or watching.was_resized(low, storage):
            raise low.rejection(None, REARRANGED, "ADC413")
    written = dict.fromkeys(storage for storage in changed if storage in low.gathered)
    for number, (storage, (path, node)) in enumerate(low.gathered.items()):
        text = parameters.path_text(low, path)
        yield from _of_these(text, path, node)
        if storage in written:
            yield from _once(low, text, node)
        elif storage in low.told:
            yield from _once(low, text, node, f"{low.function.name} asks which is which")
        for other, (place, _) in list(low.gathered.items())[:number]:
            if storage in written or other in written:
                there = parameters.path_text(low, place)
                one, two = (_identities(each, low.gathered[s][1])
                            for each, s in ((text, storage), (there, other)))  # fmt: skip
                test = f"not {{{one}}}.isdisjoint({two})"
                yield _question(low, test, f"objects of {text} are also in {there}")
        for identity, (place, _) in low.given.items():
            if identity.form == "record" and (storage in written or identity in low.touched):
                there = parameters.path_text(low, place)
                test = f"id({there}) in {{{_identities(text, node)}}}"
                yield _question(low, test, f"{there} is also in {text}")


def _of_these(text: str, path: tuple[Any, ...], node: Node) -> Iterator[Equation]:
    """Is each object of one of the classes that are known?"""
    names = [held.name for held in node.keys[1] if held.name]
    if names and not any(map(is_each, path)):
        source = f"{text}.values()" if node.keys[0] == "dict" else text
        known = f"{{{', '.join(map(repr, names))}}}"
        test = f"not {{type({EACH}).__name__ for {EACH} in {source}}} <= {known}"
        what = f"an object of {text}"
        if node.keys[0] == ONE:
            test, what = f"type({text}).__name__ not in {known}", text
        yield _raising(test, f"{what} is no {families.listed(names)}", "TypeError")


def _once(low: Lowerer, text: str, node: Node, why: str = "") -> Iterator[Equation]:
    """Is no object twice in a list?"""
    count = len(_objects(node))
    size = f"len({text})" if count == 1 else f"{count} * len({text})"
    test = f"len({{{_identities(text, node)}}}) < {size}"
    yield _question(low, test, f"an object is twice in {text}", why)


def _objects(node: Node) -> list[str]:
    """Each object of a list, and the objects that are parts of it, as they are written."""
    found: list[str] = []

    def look(tree: Tree, text: str) -> None:
        if isinstance(tree, Node):
            if tree.form in ("record", "list", "dict"):
                found.append(text)
            for item, below in parts(tree, text):
                look(item, below)

    for held in node.keys[1]:
        look(held.pattern, EACH)
    return list(dict.fromkeys(found))


def _identities(text: str, node: Node) -> str:
    """What tells the objects of a list from all others."""
    objects = _objects(node)
    source = f"{text}.values()" if node.keys[0] == "dict" else text
    if len(objects) == 1:
        return f"id({EACH}) for {EACH} in {source}"
    return f"id(part) for {EACH} in {source} for part in ({', '.join(objects)})"


def _question(low: Lowerer, test: str, what: str, why: str = "") -> Equation:
    text = f"{what}, and {why or f'{low.function.name} changes such objects'}; pass copies"
    return _raising(test, text)


def _raising(test: str, text: str, error: str = "ValueError") -> Equation:
    return Apply((), "mem.effect", (Lit(f"if {test}:\n    raise {error}({text!r})"),))


def _as_made(low: Lowerer, value: Value, exact: bool = False) -> None:
    """An object like those that the program makes of its class; no other, if it is `exact`."""
    match value:
        case Obj(identity):
            if identity.form == "record" and identity.cls is not None:
                cls, scope = identity.cls[:2]
                if not exact:
                    low.given_classes[cls] = None
                identity.record = cls.__name__ if isinstance(cls, type) else cls.name
                if not isinstance(cls, type) or classes.own_path(cls):
                    identity.cls = cls, low.class_scopes.setdefault(cls, scope)
            for item in low.state.items[identity].values():
                _as_made(low, item)
        case Struct(items):
            for item in items:
                _as_made(low, item)


def _places(eqns: list[Equation], made: Apply) -> dict[Atom, int]:
    """Where the attributes stand in the tuple; of a tuple of any length, as it is given."""
    places: dict[Atom, int] = {
        atom: number for number, atom in enumerate(made.args) if isinstance(atom, Var)
    }
    for eqn in eqns:
        if isinstance(eqn, Apply) and eqn.op == "lists.opened" and eqn.out in places:
            places[eqn.args[0]] = places[eqn.out]
    return places


def _filler(atom: Atom) -> str:
    known = isinstance(atom, Lit) and isinstance(atom.value, (int, float))
    return repr(atom.value) if known and isinstance(atom, Lit) else "None"


def _pattern(tree: Tree, places: Mapping[Atom, int]) -> Tree:
    """The object with the numbers of its attributes in the tuple, None for what is not there."""
    if isinstance(tree, Node):
        items = tuple(_pattern(item, places) for item in tree.items)
        return Node(tree.form, tree.keys, items, tree.record)
    return Lit(places[tree]) if tree in places else NOTHING
