"""Where the adjoint of a part of an array, or of a view of it, is: in that of the array."""

from __future__ import annotations

from adcompile.frontend.inverses import INVERSES
from adcompile.rules.memory import shows_a_part
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Var
from adcompile.transforms.bars import Bars, Scope, bar_name


def viewed(
    bars: Bars, scope: Scope, var: Var, path: tuple[Atom, ...] = (), vague: bool = False
) -> tuple[Var, tuple[Atom, ...]]:
    """The array of which `var` is a part that has no adjoint of its own, and where it is in it.

    With `vague`, also a slice of what may be a list, and then no further.
    """
    while _has_no_bar(bars, scope, var):
        eqn = bars.build.definitions.get(var)
        if eqn is None or not isinstance(eqn.args[0], Var):
            break
        if not _is_view(bars, eqn):
            part = vague and not path and _is_part(bars, eqn)
            return (eqn.args[0], eqn.args[1:]) if part else (var, path)
        var, path = eqn.args[0], (eqn.args[1], *path)
    return var, path


def _has_no_bar(bars: Bars, scope: Scope, var: Var) -> bool:
    """Is there nothing yet to add to?  A view made before a loop gets a bar of its own: once."""
    inner: Scope | None = scope
    around = False
    while inner is not None and var not in inner.owned:
        if var in inner.bars:
            return False
        around = around or inner.loop
        inner = inner.parent
    if inner is None or var in inner.bars:
        return False
    return not around or inner.repeated


def turned_views(bars: Bars, scope: Scope, var: Var) -> list[Apply]:
    """In a loop the views of a whole array, x.T or x.reshape(...), that `var` is, last first."""
    found: list[Apply] = []
    while _has_no_bar(bars, scope, var) and scope.owner(var).repeated:
        eqn = bars.build.definitions.get(var)
        known = eqn is not None and eqn.op in INVERSES and isinstance(eqn.args[0], Var)
        if eqn is None or not known or not isinstance(bars.build.kind(eqn.args[0]), k.Array):
            break
        with bars.build.block():
            back = INVERSES[eqn.op](bars, eqn.args[1:], eqn.args[0])
        if back is None:
            break
        found.append(eqn)
        var = eqn.args[0]  # type: ignore[assignment]
    return found


def add_through(
    bars: Bars, scope: Scope, views: list[Apply], value: Atom, path: tuple[Atom, ...]
) -> None:
    """Add to an element of a view of a bar, which is an element of the bar."""
    build, var = bars.build, views[-1].args[0]
    assert isinstance(var, Var)
    whole = bars.atom(bars.get(scope, var), var)
    for eqn in reversed(views):
        whole = build.apply(eqn.op, whole, *eqn.args[1:], name=bar_name(eqn.out))
    value = bars.as_real(scope, value, var)
    whole = build.apply("mem.accumulate", whole, value, *path, name=bar_name(views[0].out))
    for eqn in views:
        back = INVERSES[eqn.op](bars, eqn.args[1:], eqn.args[0])
        assert back is not None
        whole = build.apply(back[0], whole, *back[1], name=bar_name(eqn.args[0]))
    scope.bars[var] = bars.structured(build.refine(whole, build.kind(var)))


def _is_part(bars: Bars, eqn: Apply) -> bool:
    """Is this a slice of an array or list?"""
    if eqn.op != "mem.getitem" or not isinstance(bars.build.kind(eqn.args[0]), k.Any_):
        return False
    return isinstance(bars.build.kind(eqn.args[1]), k.Slice)


def _is_view(bars: Bars, eqn: Apply) -> bool:
    """Is this the reading of a part of an array, by ints and slices, or of an item?"""
    if eqn.op != "mem.getitem":
        return False
    whole, index = (bars.build.kind(arg) for arg in eqn.args)
    if isinstance(whole, (k.List, k.Dict)):
        holder = isinstance(bars.build.kind(eqn.out), (k.Array, k.List, k.Dict))
        return holder and isinstance(index, (k.Scalar, k.Opaque))
    if isinstance(whole, k.Any_):
        return index in (k.INT, k.STRING)
    if not isinstance(whole, k.Array):
        return False
    items = index.items if isinstance(index, k.Tuple) else (index,)
    return all(map(shows_a_part, items))
