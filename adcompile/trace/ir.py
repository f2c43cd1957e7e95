"""The structured SSA trace.

    trace    = name(params) block
    block    = equations, results
    equation = outs = op(args)                                  Apply
             | outs = if cond: block else: block                If
             | outs = try: block, caught                        If with `caught`
             | outs = for index in range: block, carrying vars  For
             | outs = while block: block, carrying vars         While
             | outs = function(args)                            Call
    atom     = var | literal

Everything is a *value*: an equation never changes its operands.  `mem.write(A, v, i)` is a new
version of A.  That two versions may share one NumPy array, written in place, is decided after all
transforms by `emit.storage`; no transform needs to know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, dataclass_transform
from weakref import WeakKeyDictionary

Form = TypeVar("Form")


@dataclass_transform(eq_default=False, frozen_default=True)
def node(cls: type[Form]) -> type[Form]:
    """A class whose objects are compared by identity, and never change.

    The type checker holds that.  What Python does to hold it takes four times as long to make one.
    """
    return dataclass(slots=True, eq=False)(cls)


@dataclass(frozen=True, slots=True)
class Loc:
    """A place in the user's text: file, line (from 1), column (from 0)."""

    file: str
    line: int
    column: int = 0


@node
class Var:
    """A variable of the trace, assigned once.  `name` is the user's name, or "" where it has none.

    Variables are compared by identity.  Never iterate over a set of them: the order would differ
    between runs.  Use a dict.
    """

    name: str = ""

    def __repr__(self) -> str:
        return f"Var({self.name!r})"


class _Undefined:
    def __repr__(self) -> str:
        return "undefined"


UNDEFINED = _Undefined()
PLAIN = (int, str, bool, type(None), _Undefined)  # equal where they compare equal
_literals: dict[tuple[object, object], Lit] = {}


@dataclass(frozen=True, slots=True, eq=False, init=False)
class Lit:
    """A constant: number, bool, None, str, Ellipsis, or a tuple of these; or UNDEFINED.

    UNDEFINED is the value of a name on a path that does not assign it.  The same constant is the
    same object, so that literals are compared by identity, as variables are: 1, 1.0 and True are
    three, 0.0 and -0.0 are two.
    """

    value: Any

    def __new__(cls, value: Any) -> Lit:
        kind = type(value)
        key = (kind, value) if kind in PLAIN else (kind.__name__, repr(value))
        found = _literals.get(key)
        if found is None:
            found = object.__new__(cls)
            object.__setattr__(found, "value", value)
            found = _literals.setdefault(key, found)
        return found

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from other literals, and from those of another run alike."""
        return type(self.value).__name__, repr(self.value)


Atom = Var | Lit
NOTHING = Lit(None)
UNDEF = Lit(UNDEFINED)
IN_FULL = (Lit(()), Lit(...))  # the indices that leave nothing out


class _Known:
    """What facts are remembered of, as long as it is there."""

    __slots__ = ("__weakref__",)


@node
class Block(_Known):
    """Equations in order, and the atoms that leave the block."""

    eqns: tuple[Equation, ...]
    results: tuple[Atom, ...]

    def having(self, eqns: Iterable[Equation], results: tuple[Atom, ...]) -> Block:
        """The block with these equations and results."""
        made = tuple(eqns)
        return self if (made, results) == (self.eqns, self.results) else Block(made, results)


@node
class Apply:
    """outs = op(*args).

    Arguments follow the row of the operation; trailing defaults are left out.
    """

    outs: tuple[Var, ...]
    op: str
    args: tuple[Atom, ...]
    loc: Loc | None = None

    @property
    def out(self) -> Var:
        return self.outs[0]

    def reading(self, args: tuple[Atom, ...]) -> Apply:
        """The equation with these arguments."""
        same = args is self.args or args == self.args
        return self if same else Apply(self.outs, self.op, args, self.loc)


@node
class If:
    """outs = results of `then` where cond is true, else of `orelse`.

    With `caught`, the names of exceptions, it is an attempt: cond is True, `then` is run for what
    it may raise, and `orelse`, which has no equations, is what the outs are where one of `caught`
    is raised.  There the literal n is True if that is the n-th of them, from 1, and 0 is False;
    None is the exception itself.
    """

    outs: tuple[Var, ...]
    cond: Atom
    then: Block
    orelse: Block
    loc: Loc | None = None
    caught: tuple[str, ...] = ()

    def having(self, cond: Atom, then: Block, orelse: Block) -> If:
        """The equation with this condition and these sides."""
        if cond is self.cond and then is self.then and orelse is self.orelse:
            return self
        return If(self.outs, cond, then, orelse, self.loc, self.caught)


@dataclass(frozen=True, slots=True)
class Pragma:
    """What a comment in the primal asks of a loop, or of a function.

    "checkpoint": its turns are gone through again from `snapshots` of them, its record is not kept;
    "independent": no turn reads what another made, but for sums.
    """

    word: str
    snapshots: int = 0

    def __str__(self) -> str:
        return f"{self.word} {self.snapshots}" if self.snapshots else self.word


@node
class For:
    """A loop over `range(start, stop, step)`, or over that range reversed.

    `params` name the carried values inside a turn, `inits` their values before the first turn,
    `body.results` their values for the next turn, `outs` their values after the last one.
    With `exits`, the body has one more result, last: a bool; where true, the loop ends after
    this turn (the form that `break` and `return` are lowered to).  `pragma` is for the adjoint.
    """

    outs: tuple[Var, ...]
    inits: tuple[Atom, ...]
    params: tuple[Var, ...]
    index: Var
    start: Atom
    stop: Atom
    step: Atom
    backward: bool
    body: Block
    exits: bool = False
    loc: Loc | None = None
    pragma: Pragma | None = None

    def having(self, inits: tuple[Atom, ...], bounds: tuple[Atom, ...], body: Block) -> For:
        """The loop that begins with these values, over this range, with this body."""
        if body is self.body and (inits, bounds) == (self.inits, self.bounds):
            return self
        start, stop, step = bounds
        return For(self.outs, inits, self.params, self.index, start, stop, step, self.backward,
                   body, self.exits, self.loc, self.pragma)  # fmt: skip

    @property
    def bounds(self) -> tuple[Atom, Atom, Atom]:
        return self.start, self.stop, self.step


@node
class While:
    """A loop that goes on while `cond` (a block over the same params, one result) is true."""

    outs: tuple[Var, ...]
    inits: tuple[Atom, ...]
    params: tuple[Var, ...]
    cond: Block
    body: Block
    exits: bool = False
    loc: Loc | None = None
    pragma: Pragma | None = None

    def having(self, inits: tuple[Atom, ...], cond: Block, body: Block) -> While:
        """The loop that begins with these values, with this condition and body."""
        same = cond is self.cond and body is self.body and inits == self.inits
        if same:
            return self
        return While(self.outs, inits, self.params, cond, body, self.exits, self.loc, self.pragma)


@node
class Call:
    """outs = function(*args): a call of one of the trace's `functions`, parameter by parameter."""

    outs: tuple[Var, ...]
    function: str
    args: tuple[Atom, ...]
    loc: Loc | None = None


Equation = Apply | If | For | While | Call


@dataclass(frozen=True, slots=True)
class Node:
    """An inner node of a structured parameter or result.

    `form` is "tuple", "list", "dict" or "record"; `keys` are positions, dictionary keys or
    attribute names; `record` names the class of a record as the user's text knows it.  "many" is
    a list or dictionary of records, however many: what they hold is one item, a list of tuples;
    `keys` say how these are taken and made (frontend/many.py), `record` is what was given.
    """

    form: str
    keys: tuple[Any, ...]
    items: tuple[Tree, ...]
    record: str = ""


Tree = Atom | Node


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter: its name, the tree of its leaves (Vars), and its default, if any, as text.

    A leaf below a node is printed as its path: `params["W1"]`, `body.mass`, `pair[0]`.
    `place` is "positional"; "keyword" for a value that the primal takes from its closure, passed as
    a keyword-only argument; "global" for a constant that the emitted module defines itself.
    """

    name: str
    tree: Tree
    default: str | None = None
    place: str = "positional"


@dataclass(frozen=True, slots=True)
class Reverses:
    """What a reverse sweep of a callee belongs to.

    `forward` is its forward sweep, `primal` what it is the reverse of.  Its first parameters are
    those of the primal with the numbers `given`; `adds` are the numbers of parameters that it only
    adds to, each with the number of the result that is the sum.
    """

    primal: str
    forward: str
    given: tuple[int, ...]
    adds: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Trace:
    """A function: parameters, equations, and `result`, a tree over the atoms `body.results`.

    `kinds` gives the kind of every variable.  `body.results` lists the atoms of `result` in order.
    `functions` are the callees, by name: those of the trace and those of one another.  The
    parameters and results of a callee are single atoms, and a callee has no functions of its own.
    `silenced` are the options of numpy.errstate that the function runs under.  The adjoint keeps
    no record of a callee with a `pragma`: it is gone through again.
    `seeds` are the names of the parameters that hold tangents.
    `wanted` are the names that the atoms of `body.results` have in the text, where they have none
    of their own: "" for no name; none at all stand for those of a primal.
    `partners` are variables without a name that are the tangent or adjoint of another, with that
    and the ending of their name: v1_dot; and all tangents of lists and dictionaries.
    `reverses` is set while the trace is a reverse sweep as it was made.
    """

    name: str
    params: tuple[Param, ...]
    body: Block
    result: Tree
    kinds: Mapping[Var, Any] = field(default_factory=dict)
    doc: str | None = None
    loc: Loc | None = None
    functions: Mapping[str, Trace] = field(default_factory=dict)
    silenced: tuple[tuple[str, str], ...] = ()
    reverses: Reverses | None = None
    pragma: Pragma | None = None
    seeds: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()
    partners: Mapping[Var, tuple[Var, str]] = field(default_factory=dict)

    @property
    def inputs(self) -> tuple[Var, ...]:
        """The variables of the parameters of a callee."""
        return tuple(leaf for p in self.params for leaf in leaves(p.tree) if isinstance(leaf, Var))


def everywhere(change: Callable[[Trace], Trace], trace: Trace) -> Trace:
    """The trace and its callees, each changed."""
    changed = change(trace)
    functions = {name: change(callee) for name, callee in trace.functions.items()}
    if changed is trace and all(functions[name] is trace.functions[name] for name in functions):
        return trace
    return replace(changed, functions=functions)


def callee(
    name: str, inputs: Sequence[Var], body: Block, kinds: Mapping[Var, Any], doc: str | None = None,
    loc: Loc | None = None,
) -> Trace:  # fmt: skip
    """A function of a trace: single variables come in, the results of the body go out."""
    params: list[Param] = []
    taken: dict[str, None] = {}
    for number, var in enumerate(inputs):
        base = candidate = var.name or f"x{number}"
        count = 1
        while candidate in taken:
            count += 1
            candidate = f"{base}_{count}"
        taken[candidate] = None
        params.append(Param(candidate, var))
    result: Tree = body.results[0] if len(body.results) == 1 else Node(
        "tuple", tuple(range(len(body.results))), body.results
    )  # fmt: skip
    return Trace(name, tuple(params), body, result, kinds, doc, loc)


def leaves(tree: Tree) -> Iterator[Atom]:
    """The atoms of a tree, left to right."""
    if isinstance(tree, Node):
        for item in tree.items:
            yield from leaves(item)
    else:
        yield tree


def map_tree(function: Callable[[Atom], Tree], tree: Tree) -> Tree:
    """The tree with each atom replaced by function(atom)."""
    if isinstance(tree, Node):
        return Node(
            tree.form, tree.keys, tuple(map_tree(function, t) for t in tree.items), tree.record
        )
    return function(tree)


def blocks(eqn: Equation) -> tuple[Block, ...]:
    """The blocks that an equation holds."""
    if isinstance(eqn, Apply):
        return ()
    match eqn:
        case If():
            return eqn.then, eqn.orelse
        case For():
            return (eqn.body,)
        case While():
            return eqn.cond, eqn.body
    return ()


def inside(eqn: Equation, change: Callable[[Block], Block], tries: bool = True) -> Equation:
    """The equation with its blocks changed, those of a try only if `tries`; itself, if none is."""
    if isinstance(eqn, Apply):
        return eqn
    match eqn:
        case If() if tries or not eqn.caught:
            return eqn.having(eqn.cond, change(eqn.then), change(eqn.orelse))
        case For():
            return eqn.having(eqn.inits, eqn.bounds, change(eqn.body))
        case While():
            return eqn.having(eqn.inits, change(eqn.cond), change(eqn.body))
    return eqn


def operands(eqn: Equation) -> tuple[Atom, ...]:
    """The atoms an equation reads itself, its blocks aside."""
    if isinstance(eqn, Apply):
        return eqn.args
    match eqn:
        case Call():
            return eqn.args
        case If():
            return (eqn.cond,)
        case For():
            return (*eqn.inits, eqn.start, eqn.stop, eqn.step)
        case While():
            return eqn.inits


def bound(eqn: Equation) -> tuple[Var, ...]:
    """The variables that an equation binds inside its blocks."""
    match eqn:
        case For():
            return (*eqn.params, eqn.index)
        case While():
            return eqn.params
    return ()


def walk(block: Block) -> tuple[Equation, ...]:
    """Every equation of a block and of the blocks below it, outer before inner; found once."""
    found = _walked.get(block)
    if found is None:
        gathered: list[Equation] = []
        _gather(block, gathered)
        found = _walked[block] = tuple(gathered)
    return found


def with_own_kinds(trace: Trace) -> Trace:
    """The trace and its callees, each with the kinds of its own variables and no others."""
    return everywhere(_with_own_kinds, trace)


def _with_own_kinds(trace: Trace) -> Trace:
    own = dict.fromkeys(trace.inputs)
    for eqn in walk(trace.body):
        own.update(dict.fromkeys((*eqn.outs, *bound(eqn))))
    kinds = {var: trace.kinds[var] for var in own if var in trace.kinds}
    return replace(trace, kinds=kinds)


_walked: WeakKeyDictionary[Block, tuple[Equation, ...]] = WeakKeyDictionary()


def _gather(block: Block, found: list[Equation]) -> None:
    for eqn in block.eqns:
        found.append(eqn)
        if not isinstance(eqn, Apply):
            for inner in blocks(eqn):
                _gather(inner, found)


def free(block: Block) -> dict[Var, None]:
    """The variables a block reads but does not define, in order of first use."""
    defined: dict[Var, None] = {}
    used: dict[Var, None] = {}
    _scan(block, defined, used)
    return {var: None for var in used if var not in defined}


def _scan(block: Block, defined: dict[Var, None], used: dict[Var, None]) -> None:
    for eqn in block.eqns:
        for atom in operands(eqn):
            if isinstance(atom, Var):
                used[atom] = None
        if not isinstance(eqn, Apply):
            defined.update(dict.fromkeys(bound(eqn)))
            for inner in blocks(eqn):
                _scan(inner, defined, used)
        for out in eqn.outs:
            defined[out] = None
    used.update((atom, None) for atom in block.results if isinstance(atom, Var))
