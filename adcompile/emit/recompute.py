"""Shapes, slices and index tuples stand where they are used.

    s = shape(x1)                            x2 = write(x1, v, 0)
    x2 = write(x1, v, 0)           ->        s = shape(x2)
    y = reshape(w, s)                        y = reshape(w, s)

They cost nothing, so a name for them would only be in the way.  A shape is asked of the latest
version of an array, so that x1 need not be kept for it.
"""

from __future__ import annotations

from dataclasses import replace

from adcompile.emit.makers import definitions
from adcompile.emit.owners import is_callee
from adcompile.passes import ALL, Passes
from adcompile.rules.memory import DESTRUCTIVE
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
    Node,
    Trace,
    Var,
    While,
    blocks,
    free,
    leaves,
)
from adcompile.trace.substitute import substitute_tree

SHAPES = ("numpy.shape", "numpy.size", "numpy.ndim", "mem.dtype")
LIKE = ("widths.as_wide", "widths.unbroadcast_like", "widths.broadcast_like")
CHEAP = ("mem.slice", "mem.tuple")
STEPS = ("operator.add", "operator.sub")
SAME_SHAPE = ("mem.write", "mem.accumulate", "mem.scatter_add", "mem.copy", "mem.same")
MARK = "# reverse sweep"


def recompute(trace: Trace, passes: Passes = ALL) -> Trace:
    """The trace with every cheap equation repeated right before each use."""
    if "shapes" not in passes:
        return _keep_value(trace)
    mover = _Mover(trace)
    body = mover.block(trace.body)
    assert body.results == trace.body.results
    same = body is trace.body
    return _keep_value(trace if same else replace(trace, body=body, kinds=mover.kinds))


class _Mover:
    def __init__(self, trace: Trace) -> None:
        self.kinds = dict(trace.kinds)
        self.defined = definitions(trace)
        self.parameters = {leaf for param in trace.params for leaf in leaves(param.tree)}
        self.kept = {atom for atom in trace.body.results if isinstance(atom, Var)}
        self.changed = {  # lists that get another length in place
            eqn.args[0] for eqn, _ in self.defined.values()
            if isinstance(eqn, Apply) and eqn.op in DESTRUCTIVE and eqn.op not in SAME_SHAPE
        }  # fmt: skip
        self.repeated: dict[Atom, Apply] = {  # by the variable that each defines
            out: eqn for out, (eqn, _) in self.defined.items()
            if isinstance(eqn, Apply) and self.cheap(eqn)
        }  # fmt: skip
        self.root: dict[Var, Var] = {}
        self.latest: dict[Var, Var] = {}
        self.partial: dict[Var, None] = {}  # undefined on some path

    # what is cheap

    def cheap(self, eqn: Equation) -> bool:
        """Is this equation repeated at its uses?"""
        if not isinstance(eqn, Apply) or (eqn.outs[:1] and eqn.out in self.kept):
            return False
        if eqn.op in SHAPES:
            return isinstance(self.kinds.get(eqn.args[0]), k.Array)  # type: ignore[arg-type]
        if eqn.op == "builtins.len":
            return self.lasting(eqn.args[0])
        if eqn.op in STEPS:
            if eqn.out.name or k.dtype_of(self.kinds[eqn.out]) != "int":
                return False
            ints = all(isinstance(self.kind(arg), k.Scalar) for arg in eqn.args)
            return ints and any(isinstance(arg, Lit) for arg in eqn.args)
        if eqn.op == "mem.getitem":
            source = self.defined.get(eqn.args[0])
            return (
                source is not None
                and isinstance(source[0], Apply)
                and source[0].op == "numpy.shape"
            )
        return eqn.op in CHEAP and k.immutable(self.kinds.get(eqn.out))

    def kind(self, atom: Atom) -> k.Kind | None:
        return self.kinds.get(atom) if isinstance(atom, Var) else k.of_constant(atom.value)

    def lasting(self, atom: Atom) -> bool:
        kind = self.kind(atom)
        given = atom in self.parameters and atom not in self.changed
        return isinstance(kind, k.Array) or (given and not isinstance(kind, k.Tape))

    # the walk

    def block(self, block: Block) -> Block:
        before = dict(self.latest)
        eqns: list[Equation] = []
        for eqn in block.eqns:
            if not eqn.outs or eqn.outs[0] not in self.repeated:
                self.equation(eqn, eqns)
        results = self.reads(block.results, eqns)
        self.latest = before
        return block.having(eqns, results)

    def reads(self, atoms: tuple[Atom, ...], into: list[Equation]) -> tuple[Atom, ...]:
        if self.repeated.keys().isdisjoint(atoms):
            return atoms
        return tuple(self.read(atom, into) for atom in atoms)

    def read(self, atom: Atom, into: list[Equation]) -> Atom:
        """The atom; a new one, computed here, where it is cheap."""
        eqn = self.repeated.get(atom)
        if eqn is None or not isinstance(atom, Var):
            return atom
        args = self.reads(self.current(eqn), into)
        out = Var(atom.name)
        self.kinds[out] = self.kinds[atom]
        into.append(Apply((out,), eqn.op, args, eqn.loc))
        return out

    def current(self, eqn: Apply) -> tuple[Atom, ...]:
        """The operands; what only its shape is asked of, in its latest version."""
        if eqn.op in (*SHAPES, "mem.zeros_like", "builtins.len"):
            return self.newest(eqn.args[0]), *eqn.args[1:]
        return (eqn.args[0], self.newest(eqn.args[1])) if eqn.op in LIKE else eqn.args

    def newest(self, atom: Atom) -> Atom:
        """The latest version of an array."""
        return self.latest.get(self.root.get(atom, atom), atom) if isinstance(atom, Var) else atom

    def equation(self, eqn: Equation, into: list[Equation]) -> None:
        match eqn:
            case Apply():
                into.append(eqn.reading(self.reads(self.current(eqn), into)))
                if eqn.op in SAME_SHAPE:
                    self.follow(eqn.outs[-1], eqn.args[0])
            case If():
                cond = self.read(eqn.cond, into)
                then, orelse = self.block(eqn.then), self.block(eqn.orelse)
                into.append(eqn.having(cond, then, orelse))
                for out, result, other in zip(eqn.outs, eqn.then.results, eqn.orelse.results):
                    if self.has_value(result) and self.has_value(other):
                        self.join(out, result)
                    else:
                        self.partial[out] = None
            case For():
                bounds = self.reads(eqn.bounds, into)
                inits, (body,) = self.loop(eqn, into)
                into.append(eqn.having(inits, bounds, body))
            case While():
                inits, (body, test) = self.loop(eqn, into)
                into.append(eqn.having(inits, test, body))
            case Call():
                args = self.reads(eqn.args, into)
                into.append(eqn if args is eqn.args else replace(eqn, args=args))

    def loop(
        self, eqn: For | While, into: list[Equation]
    ) -> tuple[tuple[Atom, ...], list[Block]]:
        """What a loop begins with, and its blocks, the body first."""
        inits = self.reads(eqn.inits, into)
        outer = dict(self.latest)
        for param, init, out in zip(eqn.params, eqn.inits, eqn.outs):
            if self.has_value(init):
                self.join(param, init)
            else:
                self.partial |= {param: None, out: None}
        inside = [self.block(block) for block in blocks(eqn)[::-1]]
        self.latest = outer
        for out, init in zip(eqn.outs, eqn.inits):
            if self.has_value(init):
                self.join(out, init)
        return inits, inside

    # versions of one array

    def follow(self, new: Var, old: Atom) -> None:
        """`new` has the shape of `old`."""
        if isinstance(old, Var) and isinstance(self.kinds.get(new), k.Array):
            root = self.root.get(old, old)
            self.root[new] = root
            self.latest[root] = new

    def has_value(self, atom: Atom) -> bool:
        """Is there a value on every path?"""
        if isinstance(atom, Var):
            return atom not in self.partial
        return atom not in (UNDEF, NOTHING)

    def join(self, new: Var, old: Atom) -> None:
        """`new` is what `old` may have become on some path: has it the same shape still?"""
        is_array = isinstance(self.kinds.get(new), k.Array)
        if is_array and isinstance(old, Var) and self.derives(new, self.root.get(old, old)):
            self.follow(new, old)

    def derives(self, var: Var, root: Var) -> bool:
        """Has `var` the shape of `root`, on every path?"""
        pending: list[Atom] = [var]
        seen: dict[Var, None] = {}  # also the slots of loops, whose ends are looked at
        while pending:
            found = pending.pop()
            if not isinstance(found, Var):
                return False
            if found is root or found in seen or self.root.get(found) is root:
                continue
            seen[found] = None
            a, b = self.kinds.get(found), self.kinds.get(root)
            if isinstance(a, k.Array) and a.dims is not None and a == b:
                continue
            if found not in self.defined:
                return False
            eqn, i = self.defined[found]
            match eqn:
                case Apply():
                    if eqn.op not in SAME_SHAPE:
                        return False
                    pending.append(eqn.args[0])
                case If():
                    pending += (eqn.then.results[i], eqn.orelse.results[i])
                case Call():
                    return False
                case For() | While():
                    seen[eqn.params[i]] = None
                    pending += (eqn.inits[i], eqn.body.results[i])
        return True


def _keep_value(trace: Trace) -> Trace:
    """Put the value aside before the reverse sweep where that reuses its name: `value = a`."""
    eqns, first = trace.body.eqns, first_result(trace)
    marks = [i for i, eqn in enumerate(eqns) if isinstance(eqn, Apply) and _is_mark(eqn)]
    if not marks or not isinstance(first, Var) or not first.name:
        return trace
    after = Trace("", (), Block(eqns[marks[-1] :], ()), first)
    made = definitions(after)
    if first in made or first in free(after.body):
        return trace
    if not any(isinstance(var, Var) and var.name == first.name for var in made):
        return trace
    value = Var("value")
    kinds = {**trace.kinds, value: trace.kinds[first]}
    keep = Apply((value,), "mem.same", (first,))
    tree = substitute_tree(trace.result, {first: value})
    body = Block((*eqns[: marks[-1]], keep, *eqns[marks[-1] :]), tuple(leaves(tree)))
    return replace(trace, body=body, result=tree, kinds=kinds)


def first_result(trace: Trace) -> Atom | None:
    """The value, in a result that is the value and something more."""
    tree = trace.result
    if isinstance(tree, Node) and tree.form == "tuple" and tree.items:
        return None if isinstance(tree.items[0], Node) else tree.items[0]
    return tree if isinstance(tree, Var) and is_callee(trace) else None


def _is_mark(eqn: Apply) -> bool:
    return eqn.op == "mem.effect" and eqn.args[0] == Lit(MARK)
