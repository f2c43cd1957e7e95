"""The tangent of a trace: beside each active variable, the equations of its derivative.

    trace f(x, y)                 trace f_tangent(x, y, x_dot, y_dot)
      a = mul(x, y)                 a_dot = add(mul(y, x_dot), mul(x, y_dot))
      z = sin(a)          ->        a = mul(x, y)
      return z                      z_dot = mul(cos(a), a_dot)
                                    z = sin(a)
                                    return z, z_dot

Control flow keeps its shape and carries the tangents too.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from adcompile.errors import RejectedError
from adcompile.passes import ALL, Passes
from adcompile.rules import complex_numbers, table
from adcompile.rules.build import complete
from adcompile.rules.columns import evaluate, parse
from adcompile.rules.lists import OF_NUMBERS, holds_integers
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
    Param,
    Trace,
    Var,
    While,
    free,
    leaves,
    map_tree,
)  # fmt: skip
from adcompile.trace.paths import at_rest
from adcompile.transforms.activity import Activity, all_kinds, all_scalars
from adcompile.transforms.adjoint import is_comment
from adcompile.transforms.algebra import ZERO, Algebra
from adcompile.transforms.naming import (
    anew,
    derived_names,
    free_name,
    function_name,
    place_after_positional,
    results_named,
)
from adcompile.transforms.perhaps_tuples import taking_arrays
from adcompile.transforms.same_rows import product_of_row
from adcompile.transforms.selections import (
    ARRANGING,
    ELEMENTWISE,
    SELECTING,
    Condition,
    Conditions,
    Derived,
    Selected,
    Selections,
    Share,
)
from adcompile.transforms.tangent_flow import branches, loop
from adcompile.transforms.tangent_memory import move_memory, zeros_of
from adcompile.transforms.width_sources import WidthSources, is_open, of_tangent

NO_DOT = Lit(None)
HOLDING = (k.List, k.Dict, k.Tuple, k.Array)


def tangent(trace: Trace, wrt: tuple[str, ...], passes: Passes = ALL) -> Trace:
    """The trace that returns the value and its derivative in the directions `x_dot`."""
    dots = Dots(trace, wrt, passes)
    params, seeds = trace.params, trace.seeds
    for name in wrt:
        for param in trace.params:
            if param.name == name:
                tree = at_rest(map_tree(dots.independent, param.tree))
                new = Param(free_name(f"{name}_dot", params), tree)
                params, seeds = place_after_positional(params, (new,)), (*seeds, new.name)
    with dots.build.block() as eqns:
        dots.equations(trace.body.eqns)
        dots.widths = of_tangent(trace, dots.dots, dots.build.kinds, eqns)
        value_dot = map_tree(dots.dependent, trace.result)
    functions = dict(trace.functions)
    functions.update((name, dots.function(old, name)) for old, name in dots.names.items())
    result = Node("tuple", (0, 1), (trace.result, value_dot))
    named = results_named(trace)
    made = replace(
        trace,
        name=f"{trace.name}_tangent",
        params=params,
        body=Block(tuple(eqns), tuple(leaves(result))),
        result=result,
        kinds=dots.build.kinds,
        functions=functions,
        seeds=seeds,
        wanted=(*named, *derived_names(named, "_dot")),
        partners={**trace.partners, **dots.partners()},
    )
    return taking_arrays(made, trace, dots.dots)


class Dots:
    """The tangents of the variables so far; None, or no entry, is zero."""

    def __init__(self, trace: Trace, wrt: tuple[str, ...], passes: Passes) -> None:
        self.build = Algebra(all_kinds(trace))
        self.activity = Activity(trace, wrt, passes)
        self.dots: dict[Var, Atom] = {}
        self.selections = Selections(self.build)
        self.selections.note(param.tree for param in trace.params)
        self.selections.doubt(trace.params)
        self.conditions: dict[Var, Conditions] = {}  # where the tangent is not left out
        self.widths: WidthSources | None = None  # where nothing is known of an argument
        self.functions = trace.functions
        self.names = {
            name: function_name(f"{name}_tangent", trace.functions)
            for name in trace.functions
            if self.activity.results(name)
        }

    def independent(self, leaf: Atom) -> Atom:
        kind = self.build.kind(leaf)
        if not isinstance(leaf, Var) or not k.is_real(kind):
            return NO_DOT
        self.dots[leaf] = self.build.var(kind, dot_name(leaf))
        self.selections.note([self.dots[leaf]])
        return self.dots[leaf]

    def dependent(self, leaf: Atom) -> Atom:
        if not k.is_real(self.build.kind(leaf)):
            return NO_DOT
        dot = self.get(leaf)
        if dot is None or dot == ZERO:
            scalar = k.is_scalar(self.build.kind(leaf))
            zero = self.build.zero_number(leaf) if scalar else self.formed(leaf)
            return self.as_wide(zero, leaf) or zero
        return self.as_wide(dot, leaf) or self.build.leaving(dot, self.build.kind(leaf))

    def as_wide(self, dot: Atom, leaf: Atom) -> Atom | None:
        """A tangent that leaves as wide as its value, the items of tuples before they are formed.

        None where the width is known.
        """
        complex_ = k.dtype_of(self.build.kind(leaf)) == "complex"
        if self.widths and (complex_ or is_open(self.build.kind(leaf))):
            differ = self.widths.differ(dot, leaf)
            return self.build.apply("widths.as_wide", dot, leaf) if differ else None
        made, like = self.build.definition(dot), self.build.definition(leaf)
        if made is None or like is None or not made.op == like.op == "lists.formed":
            return self.build.as_wide(dot, leaf)
        wide = self.build.as_wide(made.args[0], like.args[0])
        return None if wide is None else self.build.apply(made.op, wide, made.args[1])

    def get(self, atom: Atom) -> Atom | None:
        """The tangent of an atom, None where it does not move."""
        if isinstance(atom, Var) and self.activity.active(atom):
            return self.dots.get(atom)
        return None

    def moved(self, atom: Atom) -> Atom:
        """The tangent of an atom, with zeros where it does not move."""
        dot = self.get(atom)
        return self.zero(atom) if dot is None else dot

    def moved_as(self, out: Var, atom: Atom) -> Atom:
        """The tangent of an atom that a variable is on one path; of None, where there is none."""
        absent = atom == NOTHING and isinstance(self.build.kind(out), HOLDING)
        return NOTHING if absent else self.moved(atom)

    def zero(self, atom: Atom) -> Atom:
        kind = self.build.kind(atom)
        if atom == UNDEF:
            return UNDEF
        if isinstance(atom, Lit) and isinstance(atom.value, tuple):
            return Lit(zeros_of(atom.value))
        if isinstance(atom, Lit) or isinstance(kind, k.Scalar):
            return ZERO
        if isinstance(kind, k.Tape):
            return self.build.apply("mem.tape")
        form = (OF_NUMBERS,) if holds_integers(kind) else ()
        return self.build.apply("mem.zeros_like", atom, *form)

    def formed(self, leaf: Atom) -> Atom:
        """Zeros for a result, in the tuples that it is made of."""
        made = self.build.definition(leaf)
        if made is None or made.op != "lists.formed":
            return self.zero(leaf)
        return self.build.apply(made.op, self.zero(made.args[0]), made.args[1])

    def new(self, var: Var) -> Var:
        """A variable for the tangent of `var`."""
        self.dots[var] = dot = self.build.var(self.activity.moving_kind(var), dot_name(var))
        return dot

    def partners(self) -> dict[Var, tuple[Var, str]]:
        """The tangents without a name, and those of lists and dictionaries."""
        pairs = ((var, dot) for var, dot in self.dots.items() if isinstance(dot, Var))
        held = {var for var, kind in self.build.kinds.items() if isinstance(kind, (k.List, k.Dict))}
        return {dot: (var, "_dot") for var, dot in pairs if not dot.name or var in held}

    # equations

    def equations(self, eqns: Sequence[Equation]) -> None:
        """Append the equations with their tangents."""
        for eqn in eqns:
            self.build.loc = eqn.loc
            match eqn:
                case Apply():
                    self._apply(eqn)
                case Call():
                    self._call(eqn)
                case If():
                    branches(self, eqn)
                case For() | While():
                    loop(self, eqn)

    def _call(self, eqn: Call) -> None:
        """A call of the tangent of the callee: with tangents in, and tangents out."""
        if not self.activity.calls_actively(eqn):
            self.build.eqns.append(eqn)
            return
        name = eqn.function
        args = [self.moved(eqn.args[n]) for n in self.activity.inputs(name)]
        outs = [self.new(eqn.outs[n]) for n in self.activity.results(name)]
        call = Call((*eqn.outs, *outs), self.names[name], (*eqn.args, *args), eqn.loc)
        self.build.eqns.append(call)

    def function(self, old: str, name: str) -> Trace:
        """The tangent of a callee."""
        function = self.functions[old]
        moving = [self.new(function.inputs[n]) for n in self.activity.inputs(old)]
        with self.build.inside(), self.build.block() as eqns:
            self.equations(function.body.eqns)
            results = function.body.results
            moved = [self.moved(results[n]) for n in self.activity.results(old)]
        body = Block(tuple(eqns), (*results, *moved))
        doc = f"Tangent of {old}: its results, then their tangents."
        return anew(name, (*function.inputs, *moving), body, self.build.kinds, doc, function.loc)

    def _apply(self, eqn: Apply) -> None:
        if is_comment(eqn):
            return
        self.build.definitions.update(dict.fromkeys(eqn.outs, eqn))
        if not any(self.activity.active(out) for out in eqn.outs):
            self.build.eqns.append(eqn)
            self.build.note(eqn)
            return
        with self.build.block() as dots:
            if eqn.op.startswith("mem."):
                move_memory(self, eqn)
            else:
                try:
                    dot = self._row(eqn)
                except table.RuleError as error:
                    raise RejectedError(str(error), eqn.loc, code="ADC503") from error
                if dot is not None:
                    dot = self.build.cast(dot, self.build.kind(eqn.out))
                    dot = self.build.named(dot, dot_name(eqn.out))
                    self.dots[eqn.out] = self.build.refine(dot, self.build.kind(eqn.out))
        after = any(out in free(Block(tuple(dots), ())) for out in eqn.outs)
        self.build.eqns += [eqn, *dots] if after else [*dots, eqn]
        self.build.note(eqn)

    def _row(self, eqn: Apply) -> Atom | None:
        row = table.lookup(eqn.op, len(eqn.args))
        assert row is not None
        args = complete(row, eqn.args)
        names: dict[str, Atom] = {**dict(zip(row.parameters, args)), row.result: eqn.out}
        for operand in args[: len(row.operands)]:
            if self.get(operand) is not None:
                complex_numbers.check(row, operand, self.build)
        match row.form:
            case "pointwise":
                return self._pointwise(eqn, row, names)
            case "linear":
                return self._linear(eqn, row, args)
            case "bilinear":
                return self._bilinear(eqn, row, args)
            case "general":
                return self._general(row, args, names, eqn.out)
        return self._function(row, args)

    def _pointwise(self, eqn: Apply, row: table.Row, names: dict[str, Atom]) -> Atom | None:
        columns = row.columns_for(all_scalars(eqn, len(row.operands), self.build.kinds))
        terms: list[tuple[Atom, Atom]] = []
        shares: list[tuple[Atom, Share]] = []
        covered: dict[Atom, None] = {}
        for operand, column in zip(row.operands, columns):
            dot = None if column is None else self.get(names[operand])
            if dot is None:
                continue
            terms.append((evaluate(column, names, self.build), dot))
            read = _read_names(column, terms[-1][0])
            covered.update((names[name], None) for name in (operand, *read) if name in names)
            shares.append((terms[-1][0], self.share(names[operand], dot)))
        if row.op in SELECTING or any(isinstance(share, Selected) for _, share in shares):
            total = self._selected(eqn, shares, row.op in SELECTING)
        else:
            total = self.build.combine(terms)
        if total is None:
            return None
        dtypes = k.dtype_of(self.build.kind(eqn.out)), k.dtype_of(self.build.kind(total))
        if dtypes[0] in ("float", "float32") and dtypes[1] == "complex":  # abs
            total = self.build.apply("numpy.real", total)
        return self._spread(total, eqn, names, row, covered)

    def share(self, atom: Atom, dot: Atom) -> Share:
        """The tangent of an atom with the conditions under which it counts."""
        conditions = self._conditions(atom)
        return Selected(dot, conditions, len(conditions)) if conditions else dot

    def by_numbers(self, atom: Atom) -> bool:
        """Does the tangent of an atom count where the elements of some array are numbers?"""
        found = self._conditions(atom)
        return bool(found) and self.selections.by_numbers(Selected(ZERO, found))

    def _conditions(self, atom: Atom) -> Conditions:
        """Where the tangent of an atom counts."""
        return self.conditions.get(atom, ()) if isinstance(atom, Var) else ()

    def left_out(self, var: Var) -> None:
        """Note that the tangent of an array counts where it is not zero."""
        if isinstance(self.build.kind(var), (k.Array, k.Any_)):
            self.conditions[var] = self.selections.nonzero(self.dots[var]).conditions

    def _selected(self, eqn: Apply, terms: list[tuple[Atom, Share]], selects: bool) -> Atom | None:
        """The sum of partial * dot over the pairs, without what was not selected."""
        total: Share | None = None
        for partial, share in terms:
            part = self.selections.times(partial, share, selects)
            if part is not None:
                total = part if total is None else self.selections.add(total, part)
        if isinstance(total, Selected):
            self.conditions[eqn.out] = total.conditions
        return None if total is None else self.selections.settle(total)

    def _spread(
        self,
        dot: Atom,
        eqn: Apply,
        names: dict[str, Atom],
        row: table.Row,
        covered: dict[Atom, None],
    ) -> Atom:
        """The tangent in the shape of the result, where operands that do not move are larger."""
        whole = self.build.kind(eqn.out)
        if isinstance(whole, k.Scalar) or eqn.out in covered:
            return dot
        kind = self.build.kind(dot)
        if (
            isinstance(whole, k.Array)
            and isinstance(kind, k.Array)
            and kind.dims == whole.dims is not None
        ):
            return dot
        others = [names[name] for name in row.operands if names[name] not in covered]
        if all(self.build.is_scalar(other) for other in others):
            return dot
        zeros = self.build.apply("mem.zeros_like", eqn.out)
        return self.build.apply("operator.add", zeros, dot)

    def _linear(self, eqn: Apply, row: table.Row, args: tuple[Atom, ...]) -> Atom | None:
        moved = list(args)
        for position, column in enumerate(row.columns):
            if column is not None and args[position] != NO_DOT:
                moved[position] = self.moved(args[position])
        self._pass_on(eqn, args, moved)
        if eqn.op in ("operator.neg", "operator.pos"):
            return self.build.neg(moved[0]) if eqn.op == "operator.neg" else moved[0]
        if eqn.op in ("numpy.sum", "numpy.mean"):
            return self._reduced(eqn, moved)
        return self.build.apply(eqn.op, *moved)

    def _reduced(self, eqn: Apply, moved: list[Atom]) -> Atom:
        """The sum or the mean of a tangent: constant factors come last, products are dotted."""
        build, (dot, *options) = self.build, moved
        whole = all(option in (NO_DOT, Lit(False)) for option in options)
        if whole and eqn.op == "numpy.sum":
            return build.total(dot)
        mean = build.mean(dot, eqn.args[0]) if whole else None
        if mean is not None:
            return mean
        factor, rest = build.factor(dot)
        total = build.apply(eqn.op, rest, *options)
        return total if factor is None else build.mul(factor, total)

    def _pass_on(self, eqn: Apply, args: tuple[Atom, ...], moved: list[Atom]) -> None:
        """The conditions of the tangent of a linear row."""
        if eqn.op == "numpy.where" and len(args) == 3:
            sides = [
                (*self.conditions.get(arg, ()), Condition(args[0], form))  # type: ignore[arg-type]
                for arg, form in ((args[1], "true"), (args[2], "false"))
                if self.get(arg) is not None
            ]
            found = self.selections.either(sides[0], sides[-1]) if sides else ()
        else:
            found = self.conditions.get(args[0], ()) if isinstance(args[0], Var) else ()
            if found and eqn.op in ARRANGING:
                found = self.arranged(found, moved[0], eqn.op, args[1:])
            elif eqn.op not in ELEMENTWISE:
                found = ()
        if found:
            self.conditions[eqn.out] = found

    def arranged(
        self, found: Conditions, like: Atom, op: str, rest: tuple[Atom, ...]
    ) -> Conditions:
        """The conditions for the elements of `like` where an operation has put these."""

        def make() -> Atom:
            return self.build.apply(op, self.selections.mask(found, like), *rest)

        return (Derived(make),)

    def _bilinear(self, eqn: Apply, row: table.Row, args: tuple[Atom, ...]) -> Atom | None:
        build, rows, last = self.build, False, None
        total: Atom | None = None
        for position, column in enumerate(row.columns):
            dot = None if column is None else self.get(args[position])
            if dot is None:
                continue
            last = dot if position else None
            part = None if position else product_of_row(build, eqn, dot)
            rows = rows or part is not None
            moved = (*args[:position], dot, *args[position + 1 :])
            total = build.add(total, part or build.apply(eqn.op, *moved))
        if not rows or not isinstance(total, Var):
            return total
        if last is None:
            total = build.apply("operator.add", build.apply("mem.zeros_like", eqn.out), total)
        whole = build.kind(eqn.out)
        assert isinstance(whole, k.Array)
        build.kinds[total] = k.Array(build.dtype(total), whole.dims)
        return total

    def _general(
        self, row: table.Row, args: tuple[Atom, ...], names: dict[str, Atom], out: Var
    ) -> Atom | None:
        total: Atom | None = None
        for operand, arg, column in zip(row.operands, args, row.tangent_columns):
            dot = None if column is None else self.get(arg)
            if dot is not None:
                part = evaluate(column, {**names, f"{operand}_dot": dot}, self.build)
                total = self.build.add(total, part)
                share = self.selections.read(part, arg)
                if isinstance(share, Selected) and total is part:
                    self.conditions[out] = (*self._conditions(arg), *share.conditions)
        return total

    def _function(self, row: table.Row, args: tuple[Atom, ...]) -> Atom | None:
        from adcompile.transforms.inlining import inline

        dots = [self.moved(arg) for arg in args[: len(row.operands)]]
        assert row.tangent is not None
        parts = inline(row.tangent, [*args, *dots], self.build)
        return parts[0] if len(parts) == 1 else self.build.apply("mem.tuple", *parts)


def _read_names(column: table.Column, partial: Atom) -> list[str]:
    """The names in the text of a partial, whose shape it has."""
    if not isinstance(column, str) or isinstance(partial, Lit):
        return []
    return [node.id for node in ast.walk(parse(column)) if isinstance(node, ast.Name)]


def dot_name(var: Atom) -> str:
    return f"{var.name}_dot" if isinstance(var, Var) and var.name else ""
