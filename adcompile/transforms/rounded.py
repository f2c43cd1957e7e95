"""Arrays that may be of integers when the program runs, and that floats are written to.

    def f(a, w):                      NumPy rounds what is written to an array of integers, and the
        a[0] = 2.0 * w                derivative of that is zero; what is emitted is for floats, and
        return a.sum()                asks for them where nothing says of what the array is

A seed or a direction may be given as integers, too, such as 1 or np.ones(3, int): what an array to
write to is made of is made floats first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    UNDEF,
    Apply,
    Atom,
    Block,
    Call,
    Equation,
    For,
    If,
    Lit,
    Node,
    Trace,
    Tree,
    Var,
    While,
    blocks,
    free,
    leaves,
    walk,
)
from adcompile.trace.paths import parts
from adcompile.trace.readers import reached
from adcompile.trace.substitute import substitute, substitute_atoms, substitute_tree
from adcompile.transforms.activity import Activity
from adcompile.transforms.integral import FLOATS, WRITES, Fact, Integral, is_open

PATH = " on this path: make it one of floats, or cast what is written, as by int()"


def checked(trace: Trace, wrt: Iterable[str]) -> Trace:
    """The trace, asking of what its arrays are where what is differentiated is written to them."""
    if not any(map(_writes, (trace, *trace.functions.values()))):
        return trace
    activity = Activity(trace, wrt)
    functions = {name: _checked(each, activity) for name, each in trace.functions.items()}
    return replace(_checked(trace, activity), functions=functions)


def _writes(trace: Trace) -> bool:
    """Is there an array, of nobody knows what, that is written to?

    It is one of floats, too, where a number is an integer on one path, and a float on another.
    """
    targets = [
        _held(trace.kinds.get(target), _path(eqn)) for eqn in walk(trace.body)
        if isinstance(eqn, Apply) and (target := _target(eqn)) is not None
    ]  # fmt: skip
    if any(map(is_open, targets)):
        return True
    return any(k.dtype_of(kind) in FLOATS for kind in targets) and _has_integer_paths(trace)


def _has_integer_paths(trace: Trace) -> bool:
    """Is a value of floats one of integers on some path?"""
    for eqn in walk(trace.body):
        match eqn:
            case If():
                ends = (eqn.then.results, eqn.orelse.results)
            case For() | While():
                ends = (eqn.inits, eqn.body.results)
            case _:
                continue
        for out, *sides in zip(eqn.outs, *ends):
            if k.dtype_of(trace.kinds.get(out)) in FLOATS and any(
                k.dtype_of(_kind_of(side, trace)) in ("bool", "int") for side in sides
            ):
                return True
    return False


def _kind_of(atom: Atom, trace: Trace) -> k.Kind | None:
    return k.of_constant(atom.value) if isinstance(atom, Lit) else trace.kinds.get(atom)


def _target(eqn: Apply) -> Var | None:
    """What is written to, or gives its dtype to what is written."""
    if eqn.op in WRITES or (eqn.op == "numpy.full_like" and len(eqn.args) == 2):
        return eqn.args[0] if isinstance(eqn.args[0], Var) else None
    if eqn.op == "numpy.astype" and isinstance(eqn.args[1], Var):
        return eqn.args[1]
    return None


def _path(eqn: Apply) -> tuple[Atom, ...]:
    """Where in a structure the array lies that is written to."""
    return eqn.args[2:-1] if eqn.op in WRITES else ()


def _held(kind: k.Kind | None, path: Iterable[Atom]) -> k.Kind | None:
    """The kind of what lies in a structure at the end of a path of indices."""
    for index in path:
        match kind:
            case k.List(item) | k.Dict(item):
                kind = item
            case k.Tuple(items) if isinstance(index, Lit):
                kind = items[index.value]
            case k.Any_():
                return kind
            case _:
                return None
    return kind


def converted(trace: Trace, own: Iterable[str]) -> Trace:
    """A derivative that makes floats of what is said to be some, and which it writes to.

    That are its own parameters, and numbers: an integer is given for a float, too.
    """
    added = dict.fromkeys(own)
    real = [
        leaf for p in trace.params if p.place != "global" for leaf in leaves(p.tree)
        if isinstance(leaf, Var) and _is_said(trace.kinds[leaf], p.name in added)
    ]  # fmt: skip
    calls = any(_is_write(eqn, f) for f in trace.functions.values() for eqn in walk(f.body))
    written = [
        eqn for eqn in walk(trace.body)
        if (calls and isinstance(eqn, Call)) or (isinstance(eqn, Apply) and _is_write(eqn, trace))
    ]  # fmt: skip
    if not real or not written:
        return trace
    behind = _behind(trace, (atom for eqn in written for atom in _held_by(eqn)))
    if not any(leaf in behind for leaf in real):
        return trace
    others = [
        leaf for p in trace.params if p.name not in added for leaf in leaves(p.tree)
        if isinstance(leaf, Var) and is_open(trace.kinds[leaf])
    ]  # fmt: skip
    integral = Integral(trace.kinds, (*real, *others), any_float=True, among=behind)
    integral.settle(trace.body)
    found: dict[Var, None] = {}
    for eqn in written:
        facts = (integral.facts[arg] for arg in _held_by(eqn) if arg in integral.facts)
        found.update((var, None) for fact in facts for var in fact.sources)
    return _as_floats(trace, [leaf for leaf in real if leaf in found])


def _held_by(eqn: Apply | Call) -> tuple[Atom, ...]:
    """What may be written to."""
    return eqn.args if isinstance(eqn, Call) else eqn.args[:1]


def _behind(trace: Trace, made: Iterable[Atom]) -> dict[Atom, None]:
    """These and what they are made of; an array that is written to of what it began as."""
    sources: dict[Atom, tuple[Atom, ...]] = {}
    for eqn in walk(trace.body):
        match eqn:
            case Apply():
                given = eqn.args[:1] if eqn.op in WRITES else eqn.args
                sources.update((out, given) for out in eqn.outs)
            case If():
                sources.update(zip(eqn.outs, zip(eqn.then.results, eqn.orelse.results)))
            case For() | While():
                sources.update(zip(eqn.params, zip(eqn.inits, eqn.body.results)))
                sources.update((out, (param,)) for out, param in zip(eqn.outs, eqn.params))
    return reached(dict.fromkeys(made), sources)


def _is_said(kind: k.Kind, own: bool) -> bool:
    """Is this said to be a float?  All that derivatives add is."""
    if own and is_open(kind):
        return True
    number = isinstance(kind, k.Scalar) and kind.strong is False
    return (own or number) and k.dtype_of(kind) in FLOATS


def _is_write(eqn: Equation, trace: Trace) -> bool:
    target = _target(eqn) if isinstance(eqn, Apply) else None
    return target is not None and isinstance(trace.kinds.get(target), (k.Array, k.Any_))


def _as_floats(trace: Trace, found: list[Var]) -> Trace:
    """The trace with these leaves of its parameters made floats before they are read."""
    if not found:
        return trace
    names = {p.tree: p.name for p in trace.params if isinstance(p.tree, Var)}
    made: list[Apply] = []
    kinds = dict(trace.kinds)
    for leaf in found:
        kind, new = kinds[leaf], Var(leaf.name or names.get(leaf, ""))
        kinds[new], dtype = kind, k.dtype_of(kind)
        word = "numpy.float32" if dtype == "float32" else f"builtins.{dtype}"
        if dtype is None:
            made.append(Apply((new,), "mem.floats", (leaf,)))
        elif isinstance(kind, k.Scalar) or getattr(kind, "dims", None) == ():
            made.append(Apply((new,), word, (leaf,)))
        else:
            known = isinstance(kind, k.Array) and kind.dims is not None
            op = "numpy.astype" if known else "numpy.array"  # it may be a number, too
            made.append(Apply((new,), op, (leaf, Lit(word))))
    floats = dict(zip(found, made, strict=True))
    eqns: list[Equation] = []
    for eqn in trace.body.eqns:
        read = free(Block((eqn,), ())) if floats else {}
        eqns += [floats.pop(leaf) for leaf in found if leaf in floats and leaf in read]
        eqns.append(eqn)
    eqns += floats.values()
    mapping = {leaf: each.out for leaf, each in zip(found, made)}
    ours = dict.fromkeys(made)
    eqns = [eqn if eqn in ours else _with(eqn, mapping) for eqn in eqns]
    results = substitute_atoms(trace.body.results, mapping)
    return replace(
        trace, body=Block(tuple(eqns), results), result=substitute_tree(trace.result, mapping),
        kinds=kinds,
    )  # fmt: skip


def _with(eqn: Equation, mapping: Mapping[Var, Var]) -> Equation:
    return substitute(Block((eqn,), ()), mapping).eqns[0]


def _checked(trace: Trace, activity: Activity) -> Trace:
    asker = _Asker(trace, activity)
    asker.collect(trace.body)
    return asker.written() if asker.asked else trace


def _without_value(block: Block) -> dict[Var, None]:
    """What has no value on some path."""
    found: dict[Var, None] = {}
    count = -1
    while len(found) != count:
        count = len(found)
        for eqn in walk(block):
            ends: tuple[tuple[Atom, ...], ...] = ()
            match eqn:
                case If():
                    ends = eqn.then.results, eqn.orelse.results
                case For() | While():
                    ends = eqn.inits, eqn.body.results
                    found.update(_missing(eqn.params, ends, found))
            found.update(_missing(eqn.outs, ends, found))
    return found


def _missing(
    outs: tuple[Var, ...], ends: tuple[tuple[Atom, ...], ...], found: dict[Var, None]
) -> dict[Var, None]:
    """The variables that have no value at one of these ends."""
    each = zip(outs, *ends)
    return {out: None for out, *of_out in each if any(e == UNDEF or e in found for e in of_out)}


@dataclass
class _Asker:
    trace: Trace
    activity: Activity
    births: dict[Var, Var] = field(default_factory=dict)
    asked: dict[object, list[Equation]] = field(default_factory=dict)
    made: dict[Var, k.Kind] = field(default_factory=dict)
    given: dict[Var, str] = field(default_factory=dict)
    unsure: dict[Var, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for param in self.trace.params:
            self.named(param.tree, param.name)
        self.integral = Integral(self.trace.kinds, self.given)
        self.integral.settle(self.trace.body)
        self.unsure = _without_value(self.trace.body)

    def named(self, tree: Tree, text: str) -> None:
        """Note the leaves of a parameter of which nothing is known, and how they are written."""
        if isinstance(tree, Node):
            for item, below in parts(tree, text):
                self.named(item, below)
        elif isinstance(tree, Var) and is_open(self.trace.kinds[tree]):
            self.given[tree] = text

    def collect(self, block: Block, known: Iterable[Var] = ()) -> None:
        """Find the writes that may round, and where to ask; of what is `known` that is done."""
        done = dict.fromkeys(known)
        for eqn in block.eqns:
            if isinstance(eqn, Apply):
                first = eqn.args[0] if eqn.op in WRITES else None
                if isinstance(first, Var):
                    self.births[eqn.out] = self.births.get(first, first)
                self.write(eqn, done)
            for inner in blocks(eqn):
                self.collect(inner, done)

    def write(self, eqn: Apply, done: dict[Var, None]) -> None:
        target = _target(eqn)
        if target is None:
            return
        value = eqn.args[0] if eqn.op == "numpy.astype" else eqn.args[1]
        path = _path(eqn)
        inside = bool(path) and is_open(_held(self.trace.kinds[target], path))
        fact, given = self.integral.facts.get(target), self.integral.fact(value)
        if inside and fact is None:
            fact = Fact((target,))
        if fact is None or not fact.sources or (given is not None and not given.sources):
            return
        if given is not None and given.is_one and fact.is_one and not inside:  # noqa: SIM102
            if all(var in fact.sources for var in given.sources):
                return
        if self.activity.active(value):
            self.ask(eqn, target, fact, inside, done)

    def ask(
        self, eqn: Apply, target: Var, fact: Fact, inside: bool, done: dict[Var, None]
    ) -> None:
        birth = self.births.get(target, target)
        if inside:
            made: list[Equation] = []
            held = target
            for index in eqn.args[2:-1]:
                out = Var(target.name)
                self.made[out] = k.ANY
                made.append(Apply((out,), "mem.getitem", (held, index), eqn.loc))
                held = out
            self.asked.setdefault(eqn, made + self.question(held, target.name))
        elif self.integral.is_by_path(target) and eqn.op in WRITES:
            # where it is one of integers it may be that nothing is written to it
            if birth not in done:
                done[birth] = None
                self.asked.setdefault(eqn, self.question(target, birth.name, PATH))
        elif len(fact.sources) == 1 and fact.is_one:
            source = fact.sources[0]
            name = self.given.get(source, source.name)
            self.asked.setdefault(source, self.question(source, name))
        else:
            place: object = birth
            if birth in self.unsure:  # it has a value where it is written to
                place, birth = eqn, target
            self.asked.setdefault(place, self.question(birth, birth.name))

    def question(self, var: Var, name: str, remedy: str = "") -> list[Equation]:
        remedy = remedy or f"; pass floats, or annotate {self.annotated(var)}"
        text = f"{name or 'what floats are written to'} is an array of integers{remedy}"
        flag = Var("")
        self.made[flag] = k.BOOL
        line = f"if _0_ and _1_.dtype.kind in 'biu':\n    raise TypeError({text!r})"
        return [
            Apply((flag,), "mem.is_array", (var,)),
            Apply((), "mem.effect", (Lit(line), flag, var)),
        ]

    def annotated(self, var: Var) -> str:
        return "it" if var in self.given else "what it is made from"

    def written(self) -> Trace:
        given = [eqn for var in self.given for eqn in self.asked.get(var, ())]
        body = self.inserted(self.trace.body)
        body = Block((*given, *body.eqns), body.results)
        return replace(self.trace, body=body, kinds={**self.trace.kinds, **self.made})

    def inserted(self, block: Block) -> Block:
        """The block with what is asked in it."""
        found: list[Equation] = []
        for eqn in block.eqns:
            match eqn:
                case Apply():
                    found += self.asked.get(eqn, ())
                    found.append(eqn)
                case If():
                    then, orelse = self.inserted(eqn.then), self.inserted(eqn.orelse)
                    found.append(replace(eqn, then=then, orelse=orelse))
                case For() | While():
                    body = self.inserted(eqn.body)
                    first = [e for param in eqn.params for e in self.asked.get(param, ())]
                    found.append(replace(eqn, body=Block((*first, *body.eqns), body.results)))
                case _:
                    found.append(eqn)
            found += [each for out in eqn.outs for each in self.asked.get(out, ())]
        return Block(tuple(found), block.results)
