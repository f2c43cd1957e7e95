"""The adjoint of a trace: its forward sweep, then its reverse sweep.

    trace f(x, y)                 trace f_adjoint(x, y, z_bar)
      a = mul(x, y)                 a = mul(x, y)
      b = sin(x)          ->        b = sin(x)
      z = add(a, b)                 z = add(a, b)
      return z                      x_bar = mul(y, z_bar) + mul(cos(x), z_bar)
                                    y_bar = mul(x, z_bar)
                                    return z, (x_bar, y_bar)

Straight-line code keeps its values in their variables.  A loop becomes two, the second over the
same range backwards, and a tape for what the first computed and the second reads (`recording`).
A branch becomes two on the same condition; the last may stay one (`turning`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from adcompile.errors import RejectedError
from adcompile.passes import ALL, Passes
from adcompile.rules import complex_numbers, table
from adcompile.rules.build import complete
from adcompile.rules.columns import evaluate
from adcompile.rules.lists import ITEM_BY_ITEM
from adcompile.rules.product_kinds import of_matrices
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Call,
    Equation,
    If,
    Lit,
    Node,
    Param,
    Trace,
    Tree,
    Var,
    everywhere,
    leaves,
    map_tree,
    walk,
    with_own_kinds,
)  # fmt: skip
from adcompile.trace.substitute import substitute_trace
from adcompile.trace.watch import watched
from adcompile.trace.within import Within
from adcompile.transforms import lasting, recording, reverse_loops, turning
from adcompile.transforms.activity import Activity, all_kinds, all_scalars
from adcompile.transforms.agreeing import Agreeing
from adcompile.transforms.algebra import Algebra
from adcompile.transforms.bars import (
    NO_BAR,
    Bar,
    Bars,
    ReverseAlgebra,
    Scope,
    bar_name,
    holds_dictionary,
    outs_of,
)
from adcompile.transforms.costs import Compiled, Interpreted
from adcompile.transforms.keeping import keeping
from adcompile.transforms.naming import free_name, place_after_positional, results_named
from adcompile.transforms.own_widths import own_widths
from adcompile.transforms.perhaps_tuples import filling, perhaps_tuples
from adcompile.transforms.reads import from_their_places
from adcompile.transforms.reverse_again import reverse_again
from adcompile.transforms.reverse_branches import reverse_branches
from adcompile.transforms.reverse_calls import Callees, SweepOf
from adcompile.transforms.reverse_memory import transpose_memory
from adcompile.transforms.selections import (
    ARRANGING,
    ELEMENTWISE,
    SELECTING,
    Condition,
    Selected,
    Share,
)  # fmt: skip
from adcompile.transforms.winners import winners


def adjoint(
    trace: Trace, wrt: tuple[str, ...], passes: Passes = ALL, compiled: bool = False
) -> Trace:
    """The trace that returns the value and the adjoints of the parameters `wrt`.

    `compiled` says that a backend will compile it: then other values are worth being recorded.
    """
    again: dict[Var, Var] = {}
    if "winners" in passes:
        trace, again = winners(trace)
        watched("winners", trace)
    trace = keeping(from_their_places(trace))
    activity = Activity(trace, wrt, passes)
    callees = Callees(trace, activity, all_kinds(trace))
    sweep_of = SweepOf(Sweep, callees, Compiled() if compiled else Interpreted(), passes)
    callees.build(sweep_of)
    block, ends = _with_tapes(trace, callees)
    sweep = sweep_of(trace)
    if lasting.NAME in passes:
        sweep.lasting = lasting.lasting(trace)
    build = sweep.build
    scope = Scope(None, outs_of(block.eqns))
    seeds = map_tree(lambda leaf: _seed(build, leaf), trace.result)
    sweep.bars.selections.note([seeds, *(param.tree for param in trace.params)])
    sweep.bars.selections.doubt(trace.params)
    perhaps = perhaps_tuples(trace)
    with build.block() as reverse:
        for leaf, seed in zip(leaves(trace.result), leaves(seeds), strict=True):
            if isinstance(seed, Var):
                given = _of_width(build, seed, leaf, not compiled and _divides(trace))
                sweep.bars.add(scope, leaf, sweep.bars.structured(given))
        for tape in ends:
            sweep.bars.add(scope, tape, tape)
        forward = sweep.sweep(block.eqns, scope)
        chosen = [param for name in wrt for param in trace.params if param.name == name]
        bar = partial(_bar, sweep.bars, scope, perhaps.tuples)
        trees = [map_tree(bar, param.tree) for param in chosen]
    forward, reverse_eqns = recording.settle(sweep, forward, reverse)
    eqns = turning.with_headings(sweep, forward, reverse_eqns)
    if not compiled:
        owners = list(zip(trees, (param.tree for param in chosen), strict=True))
        eqns, trees = own_widths(trace, build, eqns, seeds, owners)
    bars: Tree = (
        trees[0] if len(trees) == 1 else Node("tuple", tuple(range(len(trees))), tuple(trees))
    )
    result = Node("tuple", (0, 1), (trace.result, bars))
    independents = (bar_name(leaf) for param in chosen for leaf in leaves(param.tree))
    made = replace(
        trace,
        name=f"{trace.name}_adjoint",
        params=_params(trace, seeds, build),
        body=Block(eqns, tuple(leaves(result))),
        result=result,
        kinds=build.kinds,
        functions=callees.functions(),
        wanted=(*results_named(trace), *independents),
        partners={**trace.partners, **sweep.bars.partners},
    )
    made = filling(made, trace, perhaps, seeds)
    return with_own_kinds(everywhere(lambda each: substitute_trace(each, again), made))


def _with_tapes(trace: Trace, callees: Callees) -> tuple[Block, list[Var]]:
    """The body with the tapes of its callees, empty at first, and the tapes at its end."""
    tapes = callees.threads.tapes(callees.threads.used(trace.body))
    made = [Apply((tape,), "mem.tape", (), trace.loc) for tape in tapes.values()]
    block = callees.threads.through(trace.body, tapes)
    return Block((*made, *block.eqns), block.results), list(tapes.values())


def _seed(build: Algebra, leaf: Atom) -> Atom:
    """The seed of a leaf of the result, where that is real."""
    kind = build.kind(leaf)
    if not k.is_real(kind):
        return NO_BAR
    if kind == k.Scalar("float32"):
        kind = k.Scalar("float", None, None)  # 1.0 is none of float32
    return build.var(kind, f"{leaf.name}_bar" if isinstance(leaf, Var) and leaf.name else "")


def _of_width(build: Algebra, seed: Var, leaf: Atom, divided: bool) -> Atom:
    """A number as wide as what it is the seed of, where widths differ: 1.0 is of every width.

    Where a number of NumPy's is `divided` it is made one of NumPy's, too: by zero that is inf.
    """
    kind = build.kind(leaf)
    if isinstance(kind, k.Any_) and divided:
        return build.apply("mem.getitem", build.call("numpy.asarray", seed), Lit(()))
    if not isinstance(kind, k.Scalar) or kind.dtype not in ("float32", "float"):
        return seed
    strong = kind.dtype == "float" and kind.strong is not False
    narrow = any(k.dtype_of(each) == "float32" for each in build.kinds.values())
    if not narrow and not (strong and divided):
        return seed
    if narrow and kind.dtype == "float" and kind.strong is None:
        return build.as_wide(seed, leaf) or seed
    word = "builtins.float" if not strong else "numpy.float64"
    return build.call("numpy.float32" if kind.dtype == "float32" else word, seed)


def _divides(trace: Trace) -> bool:
    """Is a number that may be one of NumPy's divided by what may be an integer of Python's?"""
    return any(
        isinstance(eqn, Apply) and eqn.op == "operator.truediv"
        and _by_integer(each.kinds, eqn.args[0], eqn.args[1], eqn.out)
        for each in (trace, *trace.functions.values()) for eqn in walk(each.body)
    )  # fmt: skip


def _by_integer(kinds: Mapping[Var, k.Kind], first: Atom, second: Atom, out: Var) -> bool:
    """Is this a division by an integer, no constant, or of a number by nobody knows what?"""
    if not isinstance(second, Var):
        return False
    kind, made = kinds[second], kinds[out]
    if isinstance(kind, k.Any_) and isinstance(first, Var):
        made = kinds[first]
    elif not isinstance(kind, k.Scalar) or kind.dtype != "int" or kind.strong is True:
        return False
    return getattr(made, "strong", False) is not False


def _params(trace: Trace, seeds: Tree, build: Algebra) -> tuple[Param, ...]:
    """The parameters of the primal and the seed, which may be left out for a scalar."""
    named = isinstance(trace.result, Var) and trace.result.name
    name = free_name(f"{named or trace.name}_bar", trace.params)
    scalar = isinstance(seeds, Var) and build.is_scalar(seeds)
    return place_after_positional(trace.params, (Param(name, seeds, "1.0" if scalar else None),))


def _bar(bars: Bars, scope: Scope, tuples: Mapping[Atom, None], leaf: Atom) -> Atom:
    """The adjoint of a leaf of a parameter; some of these are perhaps tuples."""
    if not isinstance(leaf, Var) or not k.is_real(bars.build.kind(leaf)):
        return NO_BAR
    bar = scope.bars.get(leaf)
    if bar is None and isinstance(bars.build.kind(leaf), k.Scalar):
        return bars.build.zero_number(leaf)
    whole = bars.zero(leaf) if bar is None else bars.atom(bar, leaf)
    form, _ = k.form_of(bars.build.kind(leaf))
    if bar is None and "t" in form:
        return bars.build.apply("lists.formed", whole, Lit(form))
    whole = bars.as_real(scope, whole, leaf)
    keyed = bars.keyed and holds_dictionary(bars.build.kind(leaf))
    if bar is not None and (keyed or leaf in tuples):
        return bars.build.apply("lists.formed", bars.own(whole), leaf)
    return bars.own(bars.build.leaving(whole, bars.build.kind(leaf)))


class Sweep:
    """Appends the reverse sweep of each block, and returns the forward sweep it needs."""

    def __init__(
        self, activity: Activity, build: ReverseAlgebra, callees: Callees, costs: Interpreted,
        passes: Passes,
    ) -> None:  # fmt: skip
        self.costs = costs
        self.passes = passes
        self.activity = activity
        self.callees = callees
        self.build = build
        self.bars = Bars(activity, build)
        self.storages = build.storages
        self.holes: dict[If, tuple[int, int]] = {}
        self.hole_count = 0
        self.reverses: dict[If, If] = {}  # of forward branches
        self.turned: dict[If, None] = {}  # both sweeps of a branch
        self.lasting: Mapping[Var, Apply] = {}
        self.within = Within()
        self.in_record = False  # is what the forward sweep makes here recorded turn by turn?

    def sweep(self, eqns: tuple[Equation, ...], scope: Scope) -> list[Equation]:
        """Append the reverse of the equations, last first; return their forward sweep."""
        for eqn in eqns:
            if isinstance(eqn, Apply) and len(eqn.outs) == 1:
                self.build.definitions[eqn.out] = eqn
        forward: list[Equation] = []
        outer = self.build.loc, self.build.scope
        around, self.build.agreeing = self.build.agreeing, Agreeing(self.build.agreeing)
        self.build.agreeing.learn(eqns, self.build.kind)
        for eqn in reversed(eqns):
            self.build.loc, self.build.scope = eqn.loc, scope
            chunk = self._equation(eqn, scope) + self.build.following(eqn.outs)
            forward += reversed(chunk)
        self.build.loc, self.build.scope = outer
        self.build.agreeing = around
        forward.reverse()
        return forward

    def _equation(self, eqn: Equation, scope: Scope) -> list[Equation]:
        """Append the reverse of an equation; return its forward sweep."""
        if isinstance(eqn, Apply):
            if is_comment(eqn):
                return []
            if eqn.op.startswith("mem."):
                transpose_memory(self.bars, eqn, scope)
            else:
                self._apply(eqn, scope)
            return [eqn]
        if isinstance(eqn, Call):
            active = self.callees.threads.is_recorded(eqn)
            return [self.callees.reverse(self, eqn, scope) if active else eqn]
        tried = isinstance(eqn, If) and bool(eqn.caught)  # what is differentiated follows it
        if tried or all(scope.bars.get(out) is None for out in eqn.outs):
            return [eqn]
        if isinstance(eqn, If):
            return [reverse_branches(self, eqn, scope)]
        if eqn.pragma is not None:
            return reverse_again(self, eqn, scope)
        return reverse_loops.reverse_loop(self, eqn, scope)

    # operations of the table

    def _apply(self, eqn: Apply, scope: Scope) -> None:
        bar = self.bars.take(scope, eqn.out)
        row = table.lookup(eqn.op, len(eqn.args))
        if bar is None or row is None or row.form == "constant":
            return
        try:
            self._row(row, eqn, bar, scope)
        except table.RuleError as error:
            raise RejectedError(str(error), eqn.loc, code="ADC503") from error

    def _row(self, row: table.Row, eqn: Apply, bar: Bar, scope: Scope) -> None:
        args = complete(row, eqn.args)
        for operand in args[: len(row.operands)]:
            if self.activity.active(operand):
                complex_numbers.check(row, operand, self.build)
        share = bar if isinstance(bar, Selected) else self.bars.atom(bar, eqn.out)
        if row.op == "numpy.where" and len(args) == 3:
            self._selection(eqn, share, scope)
            return
        if row.form == "function":
            self._function(row, eqn, args, self.bars.atom(bar, eqn.out), scope)
            return
        names: dict[str, Atom] = {**dict(zip(row.parameters, args)), row.result: eqn.out}
        columns = row.columns_for(all_scalars(eqn, len(row.operands), self.build.kinds))
        pairs = [
            (operand, column)
            for operand, column in zip(args, columns)
            if column is not None and self.activity.active(operand)
        ]
        if row.form == "pointwise":
            self._pointwise(row, eqn, pairs, names, share, scope)
            return
        for operand, column in pairs:
            self._column(row, eqn, (operand, column), names, share, scope)

    def _column(
        self,
        row: table.Row,
        eqn: Apply,
        pair: tuple[Atom, table.Column],
        names: dict[str, Atom],
        share: Share,
        scope: Scope,
    ) -> None:
        """The share of an operand by a transpose."""
        operand, column = pair
        mark = len(self.build.eqns)

        def move(bar: Atom) -> Atom:
            moved = evaluate(column, {**names, f"{row.result}_bar": bar}, self.build)
            return self._transposed(row, column, eqn, operand, moved)

        part: Bar
        if isinstance(share, Selected) and row.op in ELEMENTWISE:
            part = replace(share, value=move(share.value))
        elif isinstance(share, Selected) and row.op in ARRANGING:
            part = self.bars.selections.moved(share, move)
        else:
            part = self.bars.selections.read(move(self.bars.atom(share, eqn.out)), operand)
        if isinstance(part, (Var, Lit)):
            part = self.bars.structured(part)
        self.bars.add(scope, operand, part, mark)

    def _selection(self, eqn: Apply, share: Share, scope: Scope) -> None:
        """The reverse of np.where."""
        value, conditions, settled = self.bars.selections.open(share)
        for position, form in ((1, "true"), (2, "false")):
            operand = eqn.args[position]
            if self.activity.active(operand):
                mark = len(self.build.eqns)
                chosen = (*conditions, Condition(eqn.args[0], form))
                part = Selected(value, chosen, settled)
                self.bars.add(scope, operand, self._narrowed(part, eqn, operand), mark)

    def _pointwise(
        self,
        row: table.Row,
        eqn: Apply,
        pairs: Sequence[tuple[Atom, table.Column]],
        names: dict[str, Atom],
        share: Share,
        scope: Scope,
    ) -> None:
        selections, selects = self.bars.selections, row.op in SELECTING
        for operand, column in pairs:
            partial = evaluate(column, names, self.build)
            if len(pairs) > 1 and selections.harmless(partial, share):
                share = selections.whole(share)
            mark = len(self.build.eqns)
            part = selections.times(partial, share, selects)
            if part is not None:
                self.bars.add(scope, operand, self._narrowed(part, eqn, operand), mark)

    def _narrowed(self, part: Share, eqn: Apply, operand: Atom) -> Bar:
        """A share of the shape of the result in the shape of the operand."""
        build = self.build
        source = build.kind(eqn.out)
        others = (arg for arg in eqn.args if arg is not operand)
        alone = all(build.is_scalar(other) for other in others)

        def move(atom: Atom) -> Atom:
            return build.unbroadcast(atom, source, operand, alone)

        if not isinstance(part, Selected):
            return self.bars.structured(move(part))
        if build.same_form(operand, eqn.out):
            return replace(part, value=move(part.value))
        return self.bars.selections.moved(part, move)

    def _transposed(
        self, row: table.Row, column: table.Column, eqn: Apply, operand: Atom, part: Atom
    ) -> Atom:
        kind = self.build.kind(part)
        exact = len(row.operands) == 1 or (isinstance(column, str) and "shape(" in column)
        exact = exact or of_matrices(eqn.op, [self.build.kind(arg) for arg in eqn.args])
        if eqn.op in ITEM_BY_ITEM or not isinstance(kind, (k.Scalar, k.Array, k.Any_)):
            return part
        return self.build.unbroadcast(part, kind, operand, exact)

    def _function(
        self, row: table.Row, eqn: Apply, args: tuple[Atom, ...], bar: Atom, scope: Scope
    ) -> None:
        """A row by a function: inlined, with one result an operand."""
        from adcompile.transforms.inlining import inline

        count = len(row.operands)
        assert row.adjoint is not None
        parts = inline(row.adjoint, [*args, eqn.out, bar], self.build)
        for operand, part in zip(args[:count], parts, strict=True):
            if self.activity.active(operand):
                self.bars.add(scope, operand, self.bars.structured(part))


def is_comment(eqn: Apply) -> bool:
    """Is this one of the comments that open a sweep?"""
    if eqn.op != "mem.effect" or not isinstance(eqn.args[0], Lit):
        return False
    return isinstance(eqn.args[0].value, str) and eqn.args[0].value.startswith("#")
