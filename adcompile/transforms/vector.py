"""A derivative in many directions at once: what depends on the direction gains an axis, the last.

    trace f_tangent(x, x_dot)          trace f_tangent_vector(x, x_dot[n])
      c = cos(x)                         c = cos(x)
      z_dot = mul(c, x_dot)      ->      z_dot = mul(c, x_dot)            n numbers at once
      s_dot = getitem(A_dot, i)          s_dot = getitem(A_dot, i)        a row of n
      A_dot = mul(B, A_dot)              b = expand_dims(B, -1)
                                         A_dot = mul(b, A_dot)

It is made of the derivative itself, tangent or adjoint, whatever its rows: each operation that has
an operand with directions is replaced by its form in `vector_forms`, or by a loop over directions.
Control flow keeps its shape.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from adcompile.errors import NotVector
from adcompile.rules.build import Builder
from adcompile.rules.columns import evaluate
from adcompile.rules.table import RuleError
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    NOTHING,
    UNDEF,
    Apply,
    Atom,
    Block,
    Call,
    Equation,
    For,
    If,
    Lit,
    Loc,
    Node,
    Param,
    Trace,
    Tree,
    Var,
    While,
    leaves,
    map_tree,
)
from adcompile.trace.partial import holding
from adcompile.transforms import vector_forms
from adcompile.transforms.activity import all_kinds
from adcompile.transforms.naming import anew, function_name
from adcompile.transforms.vector_facts import Directed, has_numbers

ZERO = Lit(0.0)


class Directions(str):
    """The name of a number of directions; no two numbers are taken for the same."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


def vector(trace: Trace, names: tuple[str, ...], compiled: bool = False) -> Trace:
    """The trace with an axis of directions on the parameters `names`, and on its derivatives.

    NotVector where an operation that is not known to be linear meets directions.  `compiled` code
    has loops for sums of products.
    """
    return Vectors(trace, names, compiled).trace_()


class Vectors(Builder):
    """The equations with directions, while they are written.  `new` are the variables so far."""

    def __init__(self, trace: Trace, names: tuple[str, ...], compiled: bool = False) -> None:
        super().__init__(dict(all_kinds(trace)))
        self.trace = trace
        self.compiled = compiled
        self.names = names
        self.directed = Directed(trace, names)
        self.dim = k.Dim(Directions("directions"))
        self.new: dict[Var, Atom] = {}
        self.shown: dict[Atom, Apply] = {}  # displays, as they were
        self.count: Atom = NOTHING
        self.made = {
            name: function_name(f"{name}_vector", trace.functions)
            for name in trace.functions
            if any(self.directed.inputs(name))
        }

    def trace_(self) -> Trace:
        """The whole function, with those of its callees that meet directions."""
        trace = self.trace
        params = tuple(
            replace(param, tree=map_tree(self.leaf, param.tree)) if param.name in self.names
            else param
            for param in without_defaults(trace.params)
        )
        with self.block() as eqns:
            self.count = self.counted(params)
            self.equations(trace.body.eqns)
            result = self.result(trace.result)
        functions = dict(trace.functions)
        for name, made in self.made.items():
            functions[made] = self.function(trace.functions[name], name, made)
        return replace(
            trace,
            name=f"{trace.name}_vector",
            params=params,
            body=Block(tuple(eqns), tuple(leaves(result))),
            result=result,
            kinds=self.kinds,
            functions=functions,
        )

    def leaf(self, leaf: Atom) -> Atom:
        return self.define(leaf) if isinstance(leaf, Var) and self.has(leaf) else leaf

    def counted(self, params: Sequence[Param]) -> Atom:
        """The number of directions."""
        for param in params:
            for leaf in leaves(param.tree) if param.name in self.names else ():
                kind = self.kind(leaf)
                if isinstance(kind, (k.Array, k.Any_)) and leaf in self.new.values():
                    count = evaluate("np.shape(x)[-1]", {"x": leaf}, self)
                    assert isinstance(count, Var)
                    self.kinds[count] = k.Scalar("int", self.dim)
                    return count
        raise NotVector("no parameter tells the number of directions")

    def result(self, tree: Tree) -> Tree:
        """The result: first the value, then the derivative, which has directions all through."""
        assert isinstance(tree, Node) and len(tree.items) == 2
        value, derivative = tree.items
        if any(self.has(leaf) for leaf in leaves(value)):
            raise NotVector("a value depends on the direction")
        given = (leaf for param in self.trace.params for leaf in leaves(param.tree))
        left: dict[Atom, None] = {self.get(leaf): None for leaf in given if self.has(leaf)}

        def leaving(leaf: Atom) -> Atom:
            whole = self.whole(leaf)
            if isinstance(whole, Var) and whole in left:
                whole = self.apply("mem.copy", whole)
            left[whole] = None
            return whole

        return replace(tree, items=(value, map_tree(leaving, derivative)))

    def function(self, old: Trace, name: str, made: str) -> Trace:
        """A callee, with the number of directions as its last parameter."""
        outer, count = self.count, self.var(k.Scalar("int", self.dim), "directions")
        self.count = count
        inputs = [
            self.define(var) if directed else var
            for var, directed in zip(old.inputs, self.directed.inputs(name), strict=True)
        ]
        with self.block() as eqns:
            self.equations(old.body.eqns)
            results = self.results(old.body.results, self.directed.results(name))
        body = Block(tuple(eqns), tuple(results))
        doc = f"{old.doc} In many directions." if old.doc else "In many directions."
        self.count = outer
        return anew(made, (*inputs, count), body, self.kinds, doc, old.loc)

    # atoms

    def has(self, atom: Atom) -> bool:
        """Does the atom, of the trace as it was, have directions?"""
        return isinstance(atom, Var) and self.directed.has(atom)

    def get(self, atom: Atom) -> Atom:
        """The atom as it is now."""
        return self.new.get(atom, atom) if isinstance(atom, Var) else atom

    def define(self, var: Var) -> Var:
        """The variable with directions that `var` becomes."""
        self.new[var] = made = self.var(vector_kind(self.kinds[var], self.dim), var.name)
        return made

    def whole(self, atom: Atom) -> Atom:
        """The atom with directions: where it has none, the same in each."""
        return self.get(atom) if self.has(atom) else self.spread(self.get(atom))

    def item(self, atom: Atom) -> Atom:
        """An item of a structure with directions, in which there may be data."""
        return self.whole(atom) if has_numbers(self.kind(atom)) else self.get(atom)

    def spread(self, atom: Atom) -> Atom:
        """A derivative without directions, the same in each."""
        kind = self.kind(atom)
        match kind:
            case k.Tape(()) | k.List(None):
                return atom
            case k.Tuple(items):
                parts = [self.apply("mem.getitem", atom, Lit(i)) for i in range(len(items))]
                pairs = zip(parts, map(has_numbers, items), strict=True)
                return self.apply("mem.tuple", *(self.spread(p) if can else p for p, can in pairs))
            case k.List():
                return self._spread_list(atom)
            case k.Scalar() | k.Array() | k.Any_():
                return self._spread(atom, kind)
        if atom in (NOTHING, UNDEF) or kind in (k.NONE, k.UNDEFINED_KIND):
            return atom
        raise NotVector(f"a {k.describe(kind)} the same in all directions")

    def _spread_list(self, atom: Atom) -> Atom:
        """A list, item by item, of which it is known in a display."""
        made = self.definition(atom)
        if made is not None and made.op == "mem.zeros_like":
            shown = self.definition(made.args[0])
            if shown is not None and shown.op == "mem.list":
                zeros = [
                    ZERO if self.is_scalar(item) else self.apply("mem.zeros_like", item)
                    for item in shown.args
                ]
                return self.apply("mem.list", *map(self.spread, zeros))
            kind = self.kind(atom)
            item = kind.item if isinstance(kind, k.List) else None
            items = item.items if isinstance(item, k.Tuple) else ()
            nested = isinstance(item, (k.List, k.Tuple, k.Dict))
            if nested and made.args[0] in holding(self.trace):
                raise NotVector("lists in a list, or None")
            if any(isinstance(part, (k.Array, k.Any_)) for part in items):
                raise NotVector("a list of tuples of arrays, or of None")
        if made is not None and made.op == "mem.list":
            return self.apply("mem.list", *map(self.spread, made.args))
        return self.mapped(atom, self.spread)

    def is_scalar(self, atom: Atom) -> bool:
        return isinstance(self.kind(atom), k.Scalar)

    def _spread(self, atom: Atom, kind: k.Scalar | k.Array | k.Any_) -> Atom:
        names = {"x": atom, "n": self.count}
        made = self.definition(atom)
        if isinstance(atom, Lit):
            zero = atom.value == 0 and not isinstance(atom.value, complex)
            text = "np.zeros(n)" if zero else "np.full(n, x)"
        elif made is not None and made.op == "mem.zeros_like" and self._is_there(made.args[0]):
            known = kind.dtype in vector_forms.ZEROS
            names["x"] = made.args[0] if known else atom
            text = vector_forms.ZEROS.get(kind.dtype, vector_forms.SPREAD)
        elif isinstance(kind, k.Scalar):
            text = "np.full(n, x)"
        else:
            plain = isinstance(kind, k.Array) and kind.dtype == "float" and kind.dims is not None
            text = "x[..., None] + np.zeros(n)" if plain else vector_forms.SPREAD
        out = evaluate(text, names, self)
        assert isinstance(out, Var)
        real = k.is_real(kind)
        self.kinds[out] = vector_kind(kind if real else replace(kind, dtype="float"), self.dim)
        return out

    def _is_there(self, atom: Atom) -> bool:
        """Is it an array, on whatever path?  None and an undefined name have no shape."""
        array = isinstance(self.kind(atom), k.Array)
        return array and not self.directed.may_lack(atom)

    def mapped(self, items: Atom, change: Callable[[Atom], Atom]) -> Atom:
        """The list of change(item)."""
        kind = self.kind(items)
        item = kind.item if isinstance(kind, k.List) else None
        length = evaluate("len(x)", {"x": items}, self)
        start = self.apply("mem.list")
        index = self.var(k.INT)
        with self.block() as eqns:
            param = self.var(k.List(None))
            part = self.apply("mem.getitem", items, index)
            made = change(part)
            self.kinds[param] = k.List(self.kind(made))
            end = self.apply("mem.append", param, made)
        self.kinds[start] = k.List(None if item is None else self.kind(made))
        return self.loop(start, param, index, length, eqns, end)

    def loop(
        self, init: Atom, param: Var, index: Var, stop: Atom, eqns: list[Equation], end: Atom
    ) -> Var:
        """Append a loop that carries one value."""
        out = self.var(self.kind(end))
        body = Block(tuple(eqns), (end,))
        ends = Lit(0), stop, Lit(1)
        loop = For((out,), (init,), (param,), index, *ends, False, body, False, self.loc)
        self.eqns.append(loop)
        return out

    def definition(self, atom: Atom) -> Apply | None:
        """The equation that made an atom, as it is now."""
        return self.definitions.get(atom) if isinstance(atom, Var) else None

    def apply_many(
        self, op: str, args: Sequence[Atom], names: Sequence[str], loc: Loc | None = None
    ) -> tuple[Var, ...]:
        outs = super().apply_many(op, args, names, loc)
        made = self.eqns[-1]
        assert isinstance(made, Apply)
        self.definitions.update(dict.fromkeys(outs, made))
        return outs

    # equations

    def equations(self, eqns: Sequence[Equation]) -> None:
        """Append the equations, with directions where they have any."""
        for eqn in eqns:
            self.loc = eqn.loc
            match eqn:
                case Apply():
                    self.operation(eqn)
                case Call():
                    self.call(eqn)
                case If():
                    self.branches(eqn)
                case For() | While():
                    self.turns(eqn)

    def operation(self, eqn: Apply) -> None:
        if eqn.op in ("mem.list", "mem.tuple"):
            self.shown[eqn.out] = eqn
        if eqn.op == "mem.tape" and self.has(eqn.out):
            self.eqns.append(replace(eqn, outs=self.outs(eqn.outs)))
            return
        if not any(self.has(arg) for arg in eqn.args):
            eqn = replace(eqn, args=tuple(map(self.get, eqn.args)))
            self.definitions.update(dict.fromkeys(eqn.outs, eqn))
            self.eqns.append(eqn)
            return
        try:
            outs = vector_forms.form(self, eqn)
        except RuleError as error:
            raise NotVector(str(error)) from error
        for out, made in zip(eqn.outs, outs, strict=True):
            if isinstance(made, Var) and not any(made is self.get(arg) for arg in eqn.args):
                made = self.named(made, out.name)
                kind = vector_kind(self.kinds[out], self.dim) if self.has(out) else self.kinds[out]
                if not isinstance(kind, k.Any_) and getattr(kind, "dims", ()) is not None:
                    self.kinds[made] = _sharper(kind, self.kinds[made])
            self.new[out] = made

    def named(self, made: Var, name: str) -> Var:
        """The variable under this name, if the last equation made it."""
        eqn = self.eqns[-1] if self.eqns else None
        if not name or made.name or not isinstance(eqn, Apply) or eqn.outs != (made,):
            return made
        var = self.var(self.kinds[made], name)
        self.eqns[-1] = self.definitions[var] = replace(eqn, outs=(var,))
        return var

    def call(self, eqn: Call) -> None:
        if eqn.function not in self.made:
            self.eqns.append(eqn)
            return
        args = self.results(eqn.args, self.directed.inputs(eqn.function))
        outs = self.outs(eqn.outs)
        made = Call(outs, self.made[eqn.function], (*args, self.count), eqn.loc)
        self.eqns.append(made)

    def outs(self, outs: Sequence[Var]) -> tuple[Var, ...]:
        return tuple(self.define(out) if self.has(out) else out for out in outs)

    def results(
        self, atoms: Sequence[Atom], directed: Sequence[bool], into: Sequence[Var] = ()
    ) -> list[Atom]:
        """Atoms that leave a block or enter a loop, where those that are `directed` must be so.

        `into` are what they become: what is added to complex numbers in place is complex.
        """
        if into:
            atoms = [_as_wide(atom, self.kinds[var]) for atom, var in zip(atoms, into, strict=True)]
        return [
            self.whole(atom) if must else self.get(atom)
            for atom, must in zip(atoms, directed, strict=True)
        ]

    def branches(self, eqn: If) -> None:
        cond = self.fixed(eqn.cond)
        directed = [self.has(out) for out in eqn.outs]
        sides = []
        for branch in (eqn.then, eqn.orelse):
            with self.block() as eqns:
                self.equations(branch.eqns)
                results = self.results(branch.results, directed, eqn.outs)
            sides.append(Block(tuple(eqns), tuple(results)))
        if eqn.caught and sides[1].eqns:
            raise NotVector("what a handler leaves has directions")
        outs = self.outs(eqn.outs)
        self.eqns.append(replace(eqn, outs=outs, cond=cond, then=sides[0], orelse=sides[1]))

    def turns(self, eqn: For | While) -> None:
        """A loop, which carries directions where it has any."""
        directed = [self.has(param) for param in eqn.params]
        inits = tuple(self.results(eqn.inits, directed, eqn.params))
        params = self.outs(eqn.params)
        if isinstance(eqn, For):
            start, stop, step = (self.fixed(end) for end in (eqn.start, eqn.stop, eqn.step))
            eqn = replace(eqn, start=start, stop=stop, step=step)
        else:
            with self.block() as test:
                self.equations(eqn.cond.eqns)
            eqn = replace(eqn, cond=Block(tuple(test), (self.fixed(eqn.cond.results[0]),)))
        with self.block() as eqns:
            self.equations(eqn.body.eqns)
            count = len(directed)
            results = self.results(eqn.body.results[:count], directed, eqn.params)
            results += map(self.fixed, eqn.body.results[count:])
        body, outs = Block(tuple(eqns), tuple(results)), self.outs(eqn.outs)
        self.eqns.append(replace(eqn, outs=outs, inits=inits, params=params, body=body))

    def fixed(self, atom: Atom) -> Atom:
        """An atom that decides where to go, which is one way for all directions."""
        if self.has(atom):
            raise NotVector("a branch or a loop on a derivative")
        return self.get(atom)


def _as_wide(atom: Atom, kind: k.Kind) -> Atom:
    """A number as it is, or complex where it becomes what is."""
    is_number = isinstance(atom, Lit) and type(atom.value) in (int, float)
    return Lit(complex(atom.value)) if is_number and k.dtype_of(kind) == "complex" else atom  # type: ignore[union-attr]


def vector_kind(kind: k.Kind, dim: k.Dim) -> k.Kind:
    """The kind of a derivative with directions."""
    match kind:
        case k.Scalar(dtype) if k.is_real(kind):
            return k.Array(None if kind.strong is None else dtype, (dim,))
        case k.Array(dtype, dims) if k.is_real(kind):
            return k.Array(dtype, None if dims is None else (*dims, dim))
        case k.Any_(dtype) if k.is_real(kind):
            return k.Array(dtype, None)
        case k.Tuple(items):
            return k.Tuple(tuple(vector_kind(item, dim) for item in items))
        case k.Tape(items):
            return k.Tape(tuple(vector_kind(item, dim) for item in items))
        case k.List(item, frozen):
            return k.List(None if item is None else vector_kind(item, dim), frozen)
        case k.Dict(item):
            return replace(kind, item=None if item is None else vector_kind(item, dim))
    return kind


def _sharper(kind: k.Kind, found: k.Kind) -> k.Kind:
    """A kind with the lengths that are known by the form with directions alone."""
    if not isinstance(kind, k.Array) or not isinstance(found, k.Array):
        return kind
    if kind.dims is None or found.dims is None or len(kind.dims) != len(found.dims):
        return kind
    pairs = zip(kind.dims, found.dims, strict=True)
    return k.Array(kind.dtype, tuple(b if b.length is not None else a for a, b in pairs))


def without_defaults(params: tuple[Param, ...]) -> tuple[Param, ...]:
    """The parameters, of which none is left out: directions have no default."""
    return tuple(
        replace(param, default=None) if param.place == "positional" else param for param in params
    )
