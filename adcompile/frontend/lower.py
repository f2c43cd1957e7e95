"""From a function to its Trace.

    def f(x, n):                      trace f(x: float[x.0], n: int)
        a = 1.0                         for i in range(n) carry a.1 = (1.0, a.2) -> a.3:
        for i in range(n):                v1 = getitem(x, i)
            a = a * x[i]        =>        a.2 = mul(a.1, v1)
        return a                        return a.3

Lowering knows the kind of every value as it goes.  What it finds out too late for that is raised,
and begins it again (settling.py).
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

from adcompile.errors import CompilerError, RejectedError
from adcompile.frontend import (
    absent,
    apart,
    calls,
    changed_outside,
    classes,
    definitions,
    expressions,
    frozen,
    guessed,
    lasting,
    liveness,
    memory,
    misuse,
    numbered,
    once,
    operators,
    pragmas,
    protocols,
    recursion,
    remaining,
    remembered,
    repeated,
    result_trees,
    stateful,
    statements,
    tables,
    written,
)
from adcompile.frontend import sources as s
from adcompile.frontend.closing import closed
from adcompile.frontend.effects import effect
from adcompile.frontend.entities import lines_of
from adcompile.frontend.iteration import Iteration
from adcompile.frontend.lowered import Lowered
from adcompile.frontend.operations import qualified_dtype
from adcompile.frontend.parameters import Parameters
from adcompile.frontend.reached import Reached
from adcompile.frontend.refusing import Refusals
from adcompile.frontend.scoping import Scoping
from adcompile.frontend.signature import KTree
from adcompile.frontend.summaries import Recursion
from adcompile.frontend.values import (
    UNKNOWN,
    Bottom,
    Bound,
    Choice,
    Closure,
    Frame,
    Identity,
    MakeDynamic,
    Maybe,
    Name,
    Num,
    Obj,
    Outside,
    Partial,
    Poison,
    Raises,
    Sequence,
    State,
    Struct,
    TakeApart,
    Value,
)
from adcompile.rules import build as b
from adcompile.rules import table
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Block, Lit, Loc, Trace, Var, leaves

Derive = Callable[[Trace, str, tuple[str, ...]], Trace]
Lost = Callable[[Trace], RejectedError | None]


@dataclass
class Lowerer(Iteration, Parameters, Scoping):
    """One attempt at lowering a function: the equations so far, the state, and what was found."""

    function: Any
    kinds: Mapping[str, KTree]
    dynamic: dict[Any, None]
    derive_with: Derive | None
    opened: dict[tuple[Any, ...], None] = field(default_factory=dict)
    recursion: Recursion = field(default_factory=Recursion)
    early: dict[Any, tuple[Any, Any]] = field(default_factory=dict)
    stages: dict[Any, None] = field(default_factory=dict)  # tries of which this must be known
    homes: dict[str, int] = field(default_factory=dict)  # the frames of what stages note
    begun: dict[Any, None] = field(default_factory=dict)  # attributes that a call may set (inside)
    own_raises: int = 0  # how many raises of the user's own were lowered
    within: Any = None  # the function to be taken apart where it is called (inside.py)
    uncertain: dict[Any, dict[Any, None]] = field(default_factory=dict)
    build: b.Builder = field(default_factory=b.Builder)
    state: State = field(default_factory=State)
    stack: list[Frame] = field(default_factory=list)
    nullable: dict[Any, None] = field(default_factory=dict)
    present: dict[Any, None] = field(default_factory=dict)
    partial: dict[Any, bool] = field(default_factory=dict)  # undefined on a path; made on several?
    replaced: dict[Any, Any] = field(default_factory=dict)
    guarded: dict[Any, Any] = field(default_factory=dict)
    detached: dict[Any, None] = field(default_factory=dict)
    class_scopes: dict[Any, Any] = field(default_factory=dict)
    closure_data: dict[str, Any] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    exceptions: dict[str, str] = field(default_factory=dict)  # of the user's own, by name
    used: dict[Any, None] = field(default_factory=dict)
    frames: int = 0
    branches: int = 0  # around what is lowered
    subjects: int = 0
    known_lengths: dict[Any, None] = field(default_factory=dict)  # lists and dicts made so far
    nonlocals: dict[tuple[int, str], None] = field(default_factory=dict)
    kept: dict[int, None] = field(default_factory=dict)
    here: Any = None
    raising: Reached | None = None
    points: dict[Atom, None] = field(default_factory=dict)  # arrays without axes
    updated: dict[Var, Var] = field(default_factory=dict)  # what arrays become in place, and which
    exact: bool = False  # are aliases told apart at run time?
    settled: bool = False  # is nothing left out any more that is not known at first?
    void: bool = False  # must this be begun again, with what it has found out?
    left_out: bool = False  # was something, in the last attempts at the loops?
    lists: bool = False  # are lists told apart as arrays are, where one of several is meant?
    refers: bool = False  # do lists hold places, where they hold arrays?
    numbered: bool = False  # and numbers, where they hold objects (numbered.py)?
    heaps: dict[Any, Any] = field(default_factory=dict)  # the lists that these objects are in
    samples: dict[Any, Any] = field(default_factory=dict)  # one of each, as it is there
    referred: dict[Any, None] = field(default_factory=dict)  # given ones, by others
    listed: bool = False  # does a list hold objects?
    turns: list[State] = field(default_factory=list)  # the states before the loops around this
    asserted: dict[Atom, Any] = field(default_factory=dict)  # attributes that are there (late.py)
    deep: dict[Any, Any] = field(default_factory=dict)  # lists with items written in place
    rebuilt: dict[Any, int] = field(default_factory=dict)  # how often, but for appending
    fresh: dict[Atom, None] = field(default_factory=dict)  # tuples that share nothing (emitted.py)
    tried: dict[Any, str] = field(default_factory=dict)  # what a try has changed, as it is said
    lengths: dict[Atom, Any] = field(default_factory=dict)  # and the lists that are as long
    based: dict[Any, None] = field(default_factory=dict)  # storages that lists refer to
    error: Value | None = None
    silenced: dict[str, str] = field(default_factory=dict)
    loads_cache: dict[Any, dict[str, int]] = field(default_factory=dict)
    lasting_cache: dict[Any, dict[Any, lasting.Names]] = field(default_factory=dict)
    refusals: Refusals = field(default_factory=Refusals)
    outside_calls: dict[Any, str] = field(default_factory=dict)
    frozen: dict[Atom, Any] = field(default_factory=dict)  # distributions, and of what
    global_names: dict[tuple[int, str], None] = field(default_factory=dict)
    candidates: list[Value] = field(default_factory=list)
    tests: dict[tuple[Any, Atom], Atom] = field(default_factory=dict)
    answers: dict[Atom, Any] = field(default_factory=dict)
    learned: dict[Any, Any] = field(default_factory=dict)  # what earlier attempts found (packing)
    outside_turn: Outside | None = None  # what is the same in every turn of the loop around here
    inner: dict[Any, s.Function] = field(default_factory=dict)
    watched: dict[Any, Any] = field(default_factory=dict)  # what is read later than it is made
    born: dict[Any, Any] = field(default_factory=dict)  # the block that has made an object
    fixed: dict[Any, str] = field(default_factory=dict)  # what must not change (remembered.py)
    told: dict[Any, None] = field(default_factory=dict)  # lists whose objects are told apart
    apart: dict[Any, None] = field(default_factory=dict)  # pairs that are not one object
    rearranged: dict[Any, None] = field(default_factory=dict)  # given lists with other items now
    counted: dict[Atom, None] = field(default_factory=dict)  # numbers of turns, from 0 on
    resized: dict[Any, int] = field(default_factory=dict)  # how often lists got another length
    nodes: dict[int, Any] = field(default_factory=dict)  # the syntax of frames that make functions
    unpacked: dict[Any, None] = field(default_factory=dict)
    passing: dict[int, Any] = field(default_factory=dict)  # slices that loops go through
    passed: Any = None  # the slice being lowered
    exchanges: bool = False  # do two items of a list change places?
    distinct: bool = False  # are other items of one list put into another, each once?
    removed: dict[Any, Any] = field(default_factory=dict)  # what was in a list, and which one
    lost: Lost | None = None
    behind: dict[Any, dict[Atom, None]] = field(default_factory=dict)  # unknown names (remaining)
    elsewhere: dict[Any, None] = field(default_factory=dict)  # what more than names lead to
    sliced: dict[Any, int] = field(default_factory=dict)  # where their lists lie: how deep
    parts: dict[Any, Any] = field(default_factory=dict)  # arrays: attributes of what has no rule
    written: dict[Any, Any] = field(default_factory=dict)  # those that are changed, and where
    pooled: dict[Any, None] = field(default_factory=dict)  # rows of items taken together (pools.py)
    placed: dict[Any, None] = field(default_factory=dict)  # lists whose items are known by places

    def __post_init__(self) -> None:
        Parameters.__init__(self)
        self.frame: Frame = Frame(self.function, 0, -1, self.loads_of(self.function.node))
        self.stack = [self.frame]

    # -- the whole function

    def run(self, of: tuple[str, ...] | None) -> Lowered:
        node = self.function.node
        self.at(node)
        names = self.enter_parameters()
        numbered.begin(self)
        self.state.names[0] = statements.begun(node, names)
        self.used[self.function] = None
        result = recursion.whole(self, names)
        remaining.look(self, names, result)
        self.refusals.raise_first()
        self.at(node)
        if self.state.dead:
            raise self.rejection(node, f"{self.function.name} always raises", "ADC110")
        mutated = self.mutated()
        tree = result_trees.dependents(self, of, result, mutated)
        params = self.params(names)
        doc = None if isinstance(node, ast.Lambda) else ast.get_docstring(node)
        block = Block(tuple(self.build.eqns), tuple(leaves(tree)))
        block = frozen.unread_left_out(block, self.frozen) if self.frozen else block
        guards = apart.guards(self, self.build.eqns, block.results)
        guards += repeated.questions(self, block)
        block = block.having((*guards, *block.eqns), block.results)
        functions = self.recursion.functions
        once.check_callees(self, block, functions)
        block, functions = closed(block, functions, self.build.kinds)
        changed_outside.check(params, block, functions, self.build.kinds)
        block = stateful.in_order(block, self.written)
        functions = {
            name: replace(each, body=stateful.in_order(each.body, self.written))
            for name, each in functions.items()
        }
        pragmas.check(block, functions)
        loc = Loc(self.function.file, node.lineno, node.col_offset)
        trace = Trace(self.function.name, params, block, tree, self.build.kinds, doc, loc,
                      functions, tuple(self.silenced.items()))  # fmt: skip
        closure = {name: data for name, (_, data) in self.closure_data.items()}
        return Lowered(
            trace, closure, tuple(self.constants.values()), self.imports, self.independents(),
            tuple(mutated), tuple(self.used), self.static, self.exceptions, self.updated,
        )  # fmt: skip

    # -- places and errors

    def at(self, node: Any) -> Loc | None:
        """Note where we are; equations made from here on carry this place."""
        if written.is_ours(self.frame.function):
            return self.build.loc
        if node is not None and hasattr(node, "lineno"):
            self.build.loc = Loc(self.frame.function.file, node.lineno, node.col_offset)
        return self.build.loc

    def rejection(self, node: Any, message: str, code: str) -> RejectedError:
        self.take_apart(message)
        loc = self.at(node)
        text = lines_of(self.frame.function.text)
        own = written.is_ours(self.frame.function)
        line = text[loc.line - 1] if loc and loc.line <= len(text) and not own else None
        return RejectedError(message, loc, line, code=code)

    def not_known(self, value: Poison, node: Any = None) -> RejectedError:
        """The refusal of what cannot be used any more, where no other attempt would know it."""
        tables.instead(self, value.sites)
        return self.rejection(node, value.reason, value.code)

    def take_apart(self, reason: Any) -> None:
        """Begin again where this, or what an exception holds, a try taken apart would know."""
        places = [p for p in self.uncertain.get(reason, {}) if p not in self.stages]
        if places:
            self.stages.update(dict.fromkeys(places))
            raise TakeApart

    def likewise(self, reason: str, other: str) -> None:
        """What is not known for the first reason is known again where that of the other is."""
        if other in self.uncertain:
            self.uncertain.setdefault(reason, {}).update(self.uncertain[other])

    def reject(self, node: Any, message: str, code: str) -> NoReturn:
        raise self.rejection(node, message, code)

    def unusable(self, value: Any) -> NoReturn:
        if isinstance(value, Poison):
            raise self.not_known(value)
        if isinstance(value, Name) and misuse.is_unread(value):
            self.reject(None, misuse.unread(value), "ADC402")
        what = misuse.named(value)
        hint = misuse.way_out(value) if isinstance(value, (Closure, Bound)) else "use what it holds"
        if isinstance(value, Sequence):
            what, hint = "an iterator", "make a list of it: list(...)"
        self.reject(None, f"{what} is used as a number or array here; {hint}", "ADC402")

    def no_rule(self, op: str) -> str:
        name = op.removeprefix("builtins.").removeprefix("operator.")
        return (
            f"there is no rule for {name}; add one with adcompile.rules.pointwise or its "
            "neighbours, or write it out in plain NumPy"
        )

    # -- functions

    def closure(self, node: Any) -> Closure:
        function = self.frame.function
        name = getattr(node, "name", "lambda")
        qualified = f"{function.qualified}.{name}"
        made = s.Function(name, node, function.file, function.text, function.scope, qualified)
        inner = self.inner.setdefault((node, function), made)
        self.kept[self.frame.number] = None
        for frame in self.stack:
            self.nodes.setdefault(frame.number, frame.function.node)
        self.parents.update({f.number: f.parent for f in self.stack})
        arguments = node.args
        order = [*arguments.posonlyargs, *arguments.args]
        given = dict(
            zip([a.arg for a in order[len(order) - len(arguments.defaults) :]], arguments.defaults)
        )
        given.update(
            {a.arg: d for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults) if d is not None}
        )
        defaults = tuple((name, expressions.lower(self, value)) for name, value in given.items())
        return Closure(inner, self.frame.number, defaults)

    def keeps(self, frame: int) -> bool:
        return frame in self.kept

    def loads_of(self, node: Any) -> dict[str, int]:
        found = self.loads_cache.get(node)
        if found is None:
            found = self.loads_cache[node] = liveness.loads(node)
        return found

    def live_after(self, node: ast.stmt) -> lasting.Names | None:
        """The names that may be read after an if or a loop; None where this is not known."""
        function = self.frame.function.node
        if function not in self.lasting_cache:
            self.lasting_cache[function] = lasting.after(function) or {}
        return self.lasting_cache[function].get(node)

    def plain_parameters(self, function: Any) -> None:
        arguments = function.node.args
        for star in (arguments.vararg, arguments.kwarg):
            if star is not None and star.arg not in self.kinds:
                raise self.rejection(
                    None,
                    f"{function.name} takes *{star.arg}, and nothing says how many; write its "
                    "parameters out, or ask for ad.grad, ad.jvp or ad.vjp, which see the call",
                    "ADC202",
                )

    def default(self, function: Any, name: str) -> Value:
        """The default of a parameter that the call does not give."""
        data = function.default(name) if hasattr(function, "default") else None
        if data is not None:
            return self.of_entity(data, name)
        arguments = function.node.args
        order = [*arguments.posonlyargs, *arguments.args]
        given = dict(
            zip([a.arg for a in order[len(order) - len(arguments.defaults) :]], arguments.defaults)
        )
        given.update(
            {a.arg: d for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults) if d is not None}
        )
        if name not in given:
            text = f"missing 1 required positional argument: {name!r}"
            raise misuse.misfit(self, function, f"needs the argument {name!r}", text)
        cls = definitions.class_around(function)
        if cls is not None:
            value = definitions.in_body(self, cls, given[name])
        else:
            with self.standing_in(function):
                value = expressions.lower(self, given[name])
        return remembered.shared(self, value, f"the default of {name!r}")

    def call(self, node: ast.Call, hint: str) -> Value:
        return calls.call(self, node, hint)

    def construct(
        self, function: Name, args: list[Value], keywords: dict[str, Value]
    ) -> Value | None:
        return classes.construct(self, function, args, keywords)

    def derive(self, trace: Trace, mode: str, wrt: tuple[str, ...]) -> Trace:
        if self.derive_with is None:
            raise CompilerError("no transforms were given to the front end")
        return self.derive_with(trace, mode, wrt)

    # -- conditions

    def asked(self, test: ast.expr) -> Atom:
        """The atom to branch on, of an expression that is only asked whether it is true."""
        return self.truth(operators.tested(self, test))

    def truth(self, value: Value) -> Atom:
        """The atom to branch on."""
        match value:
            case Num(Lit(value=constant)):
                return Lit(bool(constant))
            case Struct(items):
                return Lit(bool(items))
            case Obj(identity) if identity.form == "record":
                return self.truth(protocols.truth(self, value))
            case Obj(identity):
                return Lit(bool(guessed.whole(self, identity)))
            case Closure() | Name() | Bound() | Choice() | Partial():
                return Lit(True)
            case Maybe():
                return absent.truth(self, value)
        atom = memory.atom_of(self, value)
        kind = self.build.kind(atom)
        if kind == k.NONE:
            return Lit(False)
        if isinstance(kind, k.List) and atom in self.nullable:
            return absent.of_list(self, atom)
        if isinstance(kind, k.List):
            return self.build.apply("operator.gt", self.build.apply("builtins.len", atom), Lit(0))
        if isinstance(kind, k.Tuple) and not kind.items:
            return Lit(False)
        misuse.check_truth(self, kind)
        return atom

    def choose(
        self, test: Any, then: Callable[[], Value], orelse: Callable[[], Value], hint: str, loc: Any
    ) -> Value:
        """The value of one of two expressions."""
        cond = self.asked(test) if isinstance(test, ast.expr) else self.truth(test)
        if isinstance(cond, Lit):
            return then() if cond.value else orelse()
        names = self.state.names[self.frame.number]
        outer = names.get("%value")
        self.build.loc = loc
        statements.branch(
            self, cond, lambda: self.set("%value", then()), lambda: self.set("%value", orelse())
        )
        if self.state.dead:
            raise Raises
        names = self.state.names[self.frame.number]
        result = names.pop("%value")
        if outer is not None:
            names["%value"] = outer
        if result == UNKNOWN:
            self.unusable(result)
        if isinstance(result, Poison):
            raise self.rejection(
                None, "the two sides of this expression are too different to be one value", "ADC403"
            )
        return self.named(result, hint)

    # -- operations

    def apply_atom(self, op: str, *args: Atom, name: str = "") -> Var:
        try:
            made = self.build.apply(op, *args, name=name)
        except table.RuleError as error:
            raise self.rejection(None, str(error), "ADC503") from error
        absent.computed(self, op, args, made)
        return made

    def arrange(
        self, row: Any, op: str, atoms: list[Atom], named: dict[str, Atom]
    ) -> tuple[Atom, ...]:
        label = op.removeprefix("builtins.").removeprefix("operator.")
        try:
            full = b.arrange(row, atoms, named)
        except b.CallError as error:
            raise self.rejection(None, f"{label}: {error}", "ADC502") from error
        if "dtype" not in row.parameters:
            return full
        return tuple(
            qualified_dtype(atom) if parameter == "dtype" else atom
            for parameter, atom in zip(row.parameters, full)
        )

    def is_method(self, attr: str) -> bool:
        op = f"numpy.{attr}"
        return table.lookup(op) is not None or written.known(op) or attr in (
            "fill", "item", "flatten", "copy", "tolist", "append", "flat", "__getitem__",
        )  # fmt: skip

    def make_dynamic(self, identity: Identity, others: Iterable[Identity] = ()) -> NoReturn:
        """Start again with a list of which the run tells the length; and with others like it."""
        if identity.form == "dict":
            tables.needed(self, identity)
        if identity.site in self.dynamic:
            self.reject(
                None, "a list inside this list changes its length; keep its items in lists of "
                "their own", "ADC306",
            )  # fmt: skip
        raise MakeDynamic(identity.site, *(other.site for other in others))

    def check_settled(self) -> None:
        """Leave out for now what does not fit the result of a path that does not call itself."""
        if self.recursion.unsettled:
            raise Bottom

    # -- effects

    def effect(self, node: Any) -> None:
        effect(self, node)


BUILTIN_NAMES = frozenset(dir(builtins))
