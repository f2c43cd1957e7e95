"""Parameters, and what else comes into a function from outside: closure values and constants."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from adcompile.frontend import (
    absent,
    drawn,
    enums,
    expressions,
    fields,
    given,
    many,
    memory,
    misuse,
    nones,
    open_tuples,
    restated,
)
from adcompile.frontend import sources as s
from adcompile.frontend.annotations import children, is_emitted
from adcompile.frontend.objects import Enumerated, Owner, Static
from adcompile.frontend.signature import KTree, of_value
from adcompile.frontend.values import (
    Frame,
    Identity,
    Num,
    Obj,
    Poison,
    Ref,
    Refine,
    State,
    Storage,
    Struct,
    Value,
)
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Atom, Lit, Node, Param, Tree, Var
from adcompile.trace.paths import AMONG, EACH, LIKE, MANY, ONE, is_each, is_written, part

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

OF_ONE_SHAPE = "mem.copy", *(
    f"numpy.{name}" for name in (
        "array", "asarray", "ascontiguousarray", "asfortranarray", "astype", "copy", "zeros_like",
        "ones_like", "empty_like", "full_like", "abs", "float64", "float32",
    )
)  # fmt: skip
"""Operations whose result has the shape of their first operand."""
WHOLE = tuple(f"operator.{name}" for name in ("add", "sub", "mul", "floordiv", "mod", "neg"))
NO_DERIVATIVE = (k.STRING, k.NONE, k.BOOL, k.INT)


class Parameters:
    """The part of the Lowerer that knows where values come from."""

    def __init__(self) -> None:
        self.origins: dict[Any, tuple[Any, ...]] = {}  # leaf -> (parameter, key, ...)
        self.arguments: dict[Storage, str] = {}
        self.trees: dict[str, Tree] = {}
        self.heads: dict[str, Value] = {}
        self.shapes: dict[Any, Any] = {}  # x.shape -> x
        self.extra: list[Param] = []
        self.extra_values: dict[Any, Value] = {}
        self.outside_kinds: dict[str, KTree] = {}
        self.outside_data: dict[str, s.Data] = {}
        self.static: dict[str, tuple[Any, Any]] = {}
        self.constant_names: dict[s.Constant, str] = {}  # what the emitted module calls them
        self.stated: dict[s.Constant, None] = {}
        self.computed: dict[Any, None] = {}  # what no statement there can bind
        self.locals_cache: dict[Any, dict[str, None]] = {}
        self.parents: dict[int, int] = {}
        self.loop_targets: dict[int, str] = {}
        self.initial: dict[Storage, Atom] = {}
        self.given_classes: dict[Any, None] = {}  # of lists of objects, however many
        self.gathered: dict[Storage, tuple[Any, Node]] = {}  # of what objects hold: path, node
        self.given: dict[Identity, tuple[Any, Any]] = {}  # objects in the arguments: path, keys
        self.holders: tuple[Identity, ...] = ()  # the objects that what is entered now is in
        self.touched: dict[Identity, None] = {}  # the objects whose items have been changed

    def enter_parameters(self: Lowerer) -> dict[str, Value]:  # type: ignore[misc]
        """The values of the function's own parameters."""
        self.plain_parameters(self.function)
        arguments = self.function.node.args
        names: dict[str, Value] = {}
        rest = [] if arguments.vararg is None else [arguments.vararg]
        order = (*arguments.posonlyargs, *arguments.args, *rest, *arguments.kwonlyargs)
        for argument in order:
            name = argument.arg
            self.at(argument)
            self.trees[name], names[name] = self.leaf(self.kinds.get(name, k.ANY), name, (name,))
        absent.note_given(self, names)
        self.heads, outer = dict(names), self.frame
        for function, entity in list(self.early.values()):
            self.frame = Frame(function, outer.number)
            self.data(entity)
        self.frame = outer
        return names

    def leaf(self: Lowerer, ktree: KTree, name: str, path: tuple[Any, ...]) -> tuple[Tree, Value]:  # type: ignore[misc]
        """The tree of variables of an argument of this kind, and its value."""
        if isinstance(ktree, (Static, Enumerated)):
            return given.static(self, ktree, name, path)
        if isinstance(ktree, Node) and ktree.form == MANY:
            return many.given(self, ktree, name, path)
        if isinstance(ktree, Node):
            site = ("param", path)
            if ktree.form == "list" and site in self.dynamic:
                nones.note_given(self, ktree)
                return self.leaf(many.opened(ktree), name, path)
            record = f"type({path_text(self, path)})" if ktree.form == "record" else ""
            if ktree.form == "dict" and not all(map(is_written, ktree.keys)):
                record = path_text(self, path)
            plain = isinstance(ktree.record, Owner) and ktree.record.plain
            cls = given.class_of(self, ktree, path)
            identity = Identity(
                ktree.form, site, ktree.record if plain else record, self.build.loc, cls
            )
            outer, self.holders = self.holders, (*self.holders, *[identity] * plain)
            below = [
                self.leaf(item, name, (*path, key))
                for key, item in zip(ktree.keys, children(ktree))
            ]
            self.holders = outer
            items = tuple(each[0] for each in below)
            if ktree.form == "tuple":
                values = Struct(tuple([value for _, value in below]))
                return Node("tuple", ktree.keys, items, _like(self, ktree, path)), values
            among = ktree.form == "dict" and path in self.opened  # which may have other keys, too
            maker = f"{AMONG}{path_text(self, path)}" if among else fields.maker(self, identity)
            tree = Node(ktree.form, ktree.keys, items, maker)
            keys = map(enums.given_key, ktree.keys)
            self.state.items[identity] = dict(zip(keys, (each[1] for each in below)))
            self.given[identity] = path, ktree.keys
            return tree, Obj(identity)
        if ktree == k.NONE:
            return NOTHING, Num(NOTHING)
        return self.held(ktree, name, path, name)

    def held(  # type: ignore[misc]
        self: Lowerer, kind: k.Kind, name: str, path: tuple[Any, ...], alone: str
    ) -> tuple[Var, Value]:
        """The variable of a leaf of the argument `name`, called `alone` if that is all of it."""
        own = str(path[-1]) if len(path) > 1 and isinstance(path[-1], str) else alone
        var = self.build.var(kind, own)
        self.origins[var] = path
        if k.is_fixed(kind) or isinstance(kind, k.Tuple):
            return var, Num(var)
        storage, taken = Storage(name, self.build.loc), open_tuples.taken(self, var)
        self.state.current[storage] = self.state.births[storage] = taken
        self.initial[storage] = taken
        self.arguments[storage] = name
        return var, Ref(storage, (), taken, taken)

    def params(self: Lowerer, names: Mapping[str, Value]) -> tuple[Param, ...]:  # type: ignore[misc]
        """The parameters of the trace: the function's own, then what comes from outside."""
        arguments = self.function.node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        given = dict(
            zip(
                [a.arg for a in positional[len(positional) - len(arguments.defaults) :]],
                arguments.defaults,
            )
        )
        given.update(
            {a.arg: d for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults) if d is not None}
        )
        keyword = {a.arg for a in arguments.kwonlyargs}
        found = []
        for name in self.trees:
            default = given.get(name)
            text = ast.unparse(default) if default is not None and _is_literal(default) else None
            place = "keyword" if name in keyword else "positional"
            found.append(Param(name, self.trees[name], text, place))
        return (*found, *self.extra)

    def mutated(self: Lowerer) -> dict[str, Value]:  # type: ignore[misc]
        """The parameters whose memory the function has changed, with what they hold at the end."""
        found: dict[str, Value] = {}
        for storage, var in self.initial.items():
            if self.state.current.get(storage) is not var:
                name = self.arguments[storage]
                found[name] = self.heads[name]
        last: dict[str, Storage] = {}
        for storage, name in self.arguments.items():
            if storage not in self.initial and storage in self.state.current:
                last[name] = storage
        for name, storage in last.items():
            if isinstance(self.heads[name], Ref):
                found[name] = Ref(storage)
        return {name: found[name] for name in self.trees if name in found}

    def independents(self: Lowerer) -> tuple[str, ...]:  # type: ignore[misc]
        """The parameters that can be real."""
        return tuple(name for name, tree in self.trees.items() if _any_real(self, tree))

    # -- learning what an argument is

    def refine(self: Lowerer, atom: Any, what: tuple[Any, ...]) -> None:  # type: ignore[misc]
        """Start again with what is now known of an argument; or say that it must be annotated."""
        path = self.origins.get(atom)
        if path is None:
            made = self.outside_calls.get(atom)
            if made is not None:
                raise self.rejection(
                    None, f"what {made} gives is not known when compiling: it has no rule; take a "
                    "list, a dictionary or an array in its place, or make it outside of the "
                    "function and pass what it holds", "ADC405",
                )  # fmt: skip
            raise self.rejection(
                None, "what this is is not known when compiling; annotate the arguments", "ADC405"
            )
        raise Refine(path, what)

    def open_more(self: Lowerer, identity: Identity, what: tuple[Any, ...]) -> None:  # type: ignore[misc]
        """A dictionary or record that was found out by its use has one item more."""
        site = identity.site
        if isinstance(site, tuple) and site[0] == "param" and site[1] in self.opened:
            raise Refine(site[1], what)

    def must_be_int(self: Lowerer, atom: Atom) -> None:  # type: ignore[misc]
        if isinstance(self.build.kind(atom), k.Any_) and atom in self.origins:
            raise Refine(self.origins[atom], ("kind", k.INT))
        misuse.check_index(self, atom)

    def must_be_data(self: Lowerer, atom: Atom) -> None:  # type: ignore[misc]
        """A seed is an integer, an array of these, or an object: nothing to derive by."""
        if self.build.kind(atom) == k.ANY and atom in self.origins:
            raise Refine(self.origins[atom], ("kind", k.Any_("int")))

    def must_count(self: Lowerer, atom: Atom) -> None:  # type: ignore[misc]
        """A shape or an axis is made of integers: of np.zeros((n + 1, m // 2)) n and m are some."""
        made = self.build.definition(atom)
        if atom in self.origins:
            self.must_be_data(atom)
        elif made is not None and made.op in ("mem.tuple", "mem.list"):
            for item in made.args:
                self.must_be_whole(item)
        else:
            self.must_be_whole(atom)

    def must_be_whole(self: Lowerer, atom: Atom) -> None:  # type: ignore[misc]
        """A number that sums, products and whole quotients give is an integer if all operands are.
        """
        if not isinstance(self.build.kind(atom), k.Any_):
            return
        if atom in self.origins:
            raise Refine(self.origins[atom], ("kind", k.INT))
        made = self.build.definition(atom)
        if made is not None and made.op in WHOLE:
            for operand in made.args:
                self.must_be_whole(operand)

    def must_have_rank(self: Lowerer, atom: Atom, rank: int) -> None:  # type: ignore[misc]
        """n, m = x.shape says that x has two axes, and what x is a copy of."""
        made = self.build.definition(atom)
        while made is not None and made.op in OF_ONE_SHAPE:
            atom = made.args[0]
            made = self.build.definition(atom)
        kind = self.build.kind(atom)
        known = isinstance(kind, k.Array) and kind.dims is not None
        if not known and isinstance(kind, (k.Any_, k.Array)) and atom in self.origins:
            path = self.origins[atom]
            dims = tuple(k.Dim(f"{path[-1]}.{i}") for i in range(rank))
            raise Refine(path, ("kind", k.Array(kind.dtype, dims)))

    def must_be_number(self: Lowerer, value: Value) -> None:  # type: ignore[misc]
        """math.sin(x) says that x is a number, math.sin(x[i]) that x has one axis."""
        if not isinstance(value, Ref) or not isinstance(
            self.build.kind(memory.atom_of(self, value)), k.Any_
        ):
            return
        atom = memory.atom_of(self, value)
        if atom in self.origins:
            raise Refine(self.origins[atom], ("kind", k.FLOAT))
        source = self.state.current.get(value.storage)
        steps = value.path
        if source in self.origins and all(
            step.is_index and isinstance(self.build.kind(step.args[0]), k.Scalar) for step in steps
        ):
            name = self.origins[source][-1]
            dims = tuple(k.Dim(f"{name}.{i}") for i in range(len(steps)))
            raise Refine(self.origins[source], ("kind", k.Array("float", dims)))

    def static_slice(self: Lowerer, index: Value) -> slice | None:  # type: ignore[misc]
        """The slice, where its bounds are known when compiling."""
        if not isinstance(index, Num):
            return None
        kind = self.build.kind(index.atom)
        if not isinstance(kind, k.Slice):
            return None
        bounds = [b.value if isinstance(b, Lit) else b for b in (kind.start, kind.stop, kind.step)]
        known = all(bound is None or isinstance(bound, int) for bound in bounds)
        return slice(*bounds) if known else None

    # -- data from outside

    def data(self: Lowerer, entity: Any) -> Value:  # type: ignore[misc]
        """A value of the module or of a closure."""
        scope = entity.scope or self.frame.function.scope
        path = getattr(entity, "local", "") or entity.name
        key = (scope.holder(path) if isinstance(scope, s.LiveScope) else scope, path)
        if key not in self.extra_values:
            constant = isinstance(entity, s.Constant)
            made = self.file_constant(entity) if constant else self.live_data(entity)
            structure = isinstance(made, (Obj, Struct)) or key in self.computed
            if structure and key not in self.early:
                self.early[key] = (self.frame.function, entity)
                self.void = True
                return made
            self.extra_values[key] = made
        self.bring(self.state)
        return self.extra_values[key]

    def bring(self: Lowerer, state: State) -> State:  # type: ignore[misc]
        """What comes from outside is there in a state, too, before anything has read it."""
        for storage, var in self.recursion.outside.items():
            state.current.setdefault(storage, var)
            state.births.setdefault(storage, var)
        for identity, items in self.recursion.objects.items():
            state.items.setdefault(identity, dict(items))
        return state

    def live_data(self: Lowerer, entity: Any) -> Value:  # type: ignore[misc]
        value = entity.read()
        if value is None or isinstance(value, (bool, str, int)):
            self.static[entity.name] = (entity.read, value)
            return Num(Lit(enums.plain_value(value)))
        called = given.called(self, entity, value)
        if called is not None:
            return called
        ktree = of_value(value, entity.name)
        if isinstance(ktree, Static):
            return Poison(
                f"{entity.name!r} is a {type(value).__name__}, which cannot be used in a "
                "derivative",
                "ADC414",
            )
        name = self.free_name(entity.name)
        self.outside_kinds[name] = ktree
        self.outside_data[name] = entity
        tree, made = self.leaf(ktree, name, (name,))
        self.extra.append(Param(name, tree, None, "keyword"))
        self.closure_data[name] = (tree, entity)
        self.forget(made)
        return made

    def forget(self: Lowerer, value: Value) -> None:  # type: ignore[misc]
        """Data from outside is no argument: what is written to it is not a result."""
        if isinstance(value, Ref):
            atom = self.initial.pop(value.storage, None)
            if isinstance(atom, Var):
                self.recursion.outside[value.storage] = atom
            self.arguments.pop(value.storage, None)
        elif isinstance(value, Obj):
            self.recursion.objects[value.identity] = dict(self.state.items[value.identity])
            self.forget(Struct(tuple(self.state.items[value.identity].values())))
        for item in value.items if isinstance(value, Struct) else ():
            self.forget(item)

    def free_name(self: Lowerer, name: str) -> str:  # type: ignore[misc]
        taken = {*self.trees, *(param.name for param in self.extra), *self.outside_kinds}
        count, candidate = 1, name
        while candidate in taken:
            count += 1
            candidate = f"{name}_{count}"
        return candidate

    def file_constant(self: Lowerer, entity: s.Constant) -> Value:  # type: ignore[misc]
        """A constant of the file: numbers and text as they are, arrays by their statement.  What
        is a structure, or calls functions of the user's, is computed in the function.
        """
        if _is_literal(entity.node) and not entity.block and not entity.asked:
            return Num(Lit(ast.literal_eval(entity.node)))
        if drawn.is_drawn(entity):
            raise self.rejection(
                None, f"{entity.name!r} is drawn where other statements or functions of the file "
                "draw, and would be another alone; give it as an argument", "ADC111",
            )  # fmt: skip
        scope = entity.scope
        assert isinstance(scope, s.Module)
        with self.standing_in(module_function(scope)):
            kind = self.kind_of_constant(entity)
            if kind is None or not restated.state(self, entity):
                self.computed[scope, entity.name] = None
                made = self.made_here(entity)
                if restated.is_written_out(self, made):
                    self.forget(made)
                return made
        name = restated.name_of(self, entity)
        tree, made = self.leaf(kind, name, (name,))
        self.extra.append(Param(name, tree, None, "global"))
        self.forget(made)
        return made

    @contextlib.contextmanager
    def standing_in(self: Lowerer, function: Any) -> Iterator[dict[str, Value]]:  # type: ignore[misc]
        """Lower what stands outside of all functions, where this one stands; yields its names."""
        outer, names = self.frame, self.state.names.get(-2, {})
        self.frame, self.state.names[-2] = Frame(function, -2), {}
        try:
            yield self.state.names[-2]
        finally:
            self.frame, self.state.names[-2] = outer, names

    def made_here(self: Lowerer, entity: s.Constant) -> Value:  # type: ignore[misc]
        """A constant as the statements of its file make it, lowered where this one stands."""
        from adcompile.frontend import statements

        if not entity.block:
            return expressions.lower(self, entity.node)
        for flag in statements.FLAGS:
            self.set(flag, Num(Lit(False)))
        statements.block(self, list(entity.block))
        name = ast.copy_location(ast.Name(entity.name, ast.Load()), entity.node)
        return expressions.lower(self, name)

    def kind_of_constant(self: Lowerer, entity: s.Constant) -> k.Kind | None:  # type: ignore[misc]
        """The kind of a number or an array; None for a structure.  It is lowered on trial."""
        state, known = self.state, dict(self.extra_values)
        self.state = state.copy()
        try:
            with self.build.block():
                value = self.made_here(entity)
                if isinstance(value, (Num, Ref)):
                    return self.build.kind(memory.atom_of(self, value))
                return None
        finally:
            self.state = state
            for key, inner in list(self.extra_values.items()):
                if key not in known and not isinstance(inner, (Num, Ref)):
                    del self.extra_values[key]


@lru_cache(maxsize=64)
def module_function(module: s.Module) -> s.Function:
    """What stands in for a function where what is outside of all functions is lowered."""
    node = ast.parse("def module(): pass").body[0]
    assert isinstance(node, ast.FunctionDef)
    return s.Function("module", node, module.file, module.text, module, "module")


def path_text(low: Lowerer, path: tuple[Any, ...]) -> str:
    """A part of an argument as the user would write it: p.layers[0]."""
    text, tree = str(path[0]), low.kinds.get(path[0], low.outside_kinds.get(path[0]))
    for key in path[1:]:
        assert isinstance(tree, Node)
        if is_each(key):
            text = text if tree.keys == (ONE,) else EACH
            tree = children(tree)[key[1]]
        else:
            number = tree.keys.index(key)
            text, tree = part(tree, text, number), children(tree)[number]
    return text


def _like(low: Lowerer, ktree: Node, path: tuple[Any, ...]) -> str:
    """What says how a tuple was given of which only its use says that it is one."""
    again = is_emitted(low.function) and _is_unclear(ktree)
    known = path not in low.opened and not again
    return "" if known or any(map(is_each, path)) else LIKE + path_text(low, path)


def _is_unclear(ktree: KTree) -> bool:
    """Is there something of unknown kind in it?"""
    return any(map(_is_unclear, children(ktree))) if isinstance(ktree, Node) else ktree == k.ANY


def _any_real(low: Lowerer, tree: Tree) -> bool:
    if isinstance(tree, Node):
        return any(_any_real(low, item) for item in tree.items)
    return isinstance(tree, Var) and k.is_real(low.build.kind(tree))


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return isinstance(node, (ast.Constant, ast.UnaryOp))
