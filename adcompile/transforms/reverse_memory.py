"""The transposes of the operations on memory.

y = getitem(x, i)            x_bar[i] += y_bar       (scattered, where i may name an element twice)
x' = write(x, v, i)          v_bar = x_bar'[i];  x_bar = x_bar' with 0 at [i]
    twice: x[i] and x[j] change places, and so do x_bar[i] and x_bar[j]
x' = accumulate(x, v, i)     v_bar = x_bar'[i];  x_bar = x_bar'
x' = append(x, v)            v_bar, x_bar = pop(x_bar')
v, x' = pop(x)               x_bar = append(x_bar', v_bar)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from adcompile.errors import RejectedError
from adcompile.rules.lists import ITEM_BY_ITEM
from adcompile.rules.memory import is_unknown
from adcompile.trace import kinds as k
from adcompile.trace.ir import IN_FULL, NOTHING, Apply, Atom, Block, If, Lit, Var
from adcompile.transforms import reverse_updates
from adcompile.transforms.algebra import ZERO
from adcompile.transforms.bars import Bar, Bars, Scope, bar_name
from adcompile.transforms.reverse_tapes import push, unpush
from adcompile.transforms.reverse_views import add_through, turned_views, viewed
from adcompile.transforms.selections import (
    Condition,
    Conditions,
    Derived,
    Selected,
    Share,
    chooses,
)


def transpose_memory(bars: Bars, eqn: Apply, scope: Scope) -> None:
    """Append what carries the bars of the results of a mem.* equation to its operands."""
    rule = TRANSPOSES.get(eqn.op)
    if rule is not None:
        rule(bars, eqn, scope)


def names_once(kind: k.Kind) -> bool:
    """Does an index of this kind name no element of an array twice?"""
    match kind:
        case k.Scalar() | k.Slice() | k.Opaque():
            return not is_unknown(kind)
        case k.Array(dtype, _) | k.Any_(dtype):
            return dtype == "bool"
        case k.Tuple(items):
            return all(names_once(item) for item in items)
    return False


def _getitem(bars: Bars, eqn: Apply, scope: Scope) -> None:
    build, (x, index) = bars.build, eqn.args
    bar = bars.take(scope, eqn.out)
    if bar is None or not isinstance(x, Var) or not bars.activity.active(x):
        return
    kind = build.kind(x)
    if isinstance(kind, k.Tuple) and isinstance(index, Lit):
        position = index.value % len(kind.items)
        bar = bar if isinstance(bar, tuple) else bars.atom(bar, eqn.out)
        bars.add(scope, x, tuple(bar if i == position else None for i in range(len(kind.items))))
        return
    value = bars.atom(bar, eqn.out)
    if isinstance(kind, k.Tuple):
        _add_at_run_time(bars, scope, x, kind, value, index)
        return
    without_axes = isinstance(kind, (k.Scalar, k.Any_)) or not getattr(kind, "dims", (x,))
    if index in IN_FULL and without_axes:
        bars.add(scope, x, value)  # where it is a number, its bar has no elements
        return
    if isinstance(kind, (k.Array, k.Any_)) and not names_once(build.kind(index)):
        before = bars.get(scope, x)
        bars.accumulate(scope, x, value, "mem.scatter_add", index)
        _left_out(bars, scope, x, bar, before)
        return
    x, path = viewed(bars, scope, x, (index,))
    turned = turned_views(bars, scope, x)
    if turned:
        add_through(bars, scope, turned, value, path)
        return
    if isinstance(build.kind(eqn.out), k.Tuple) and eqn.out in build.nothing:
        _add_if_there(bars, scope, eqn.out, x, value, path)
        return
    before = bars.get(scope, x)
    bars.accumulate(scope, x, value, "mem.accumulate", *path)
    if (before is None and isinstance(bar, Selected)) or _by_element(bars, before, x):
        _select_in(bars, scope, x, path, before, replace(bar, value=value)
                   if isinstance(bar, Selected) else value)  # fmt: skip
    elif before is None and len(path) == 1 and chooses(build, x, path[0]):
        whole = scope.bars[x]
        assert isinstance(whole, Var)
        scope.bars[x] = Selected(whole, (Condition(path[0]),), 1)
    else:
        _left_out(bars, scope, x, bar, before)


def _left_out(bars: Bars, scope: Scope, x: Var, part: Bar, before: Bar) -> None:
    """Note that the bar of an array counts where it is not zero, if a part of it was selected.

    By what is a number, or added to what a write has left.
    """
    whole, old = scope.bars[x], before.value if isinstance(before, Selected) else before
    made = bars.build.made.get(old) if isinstance(old, Var) else None
    known = any(map(bars.selections.by_numbers, (part, before)))
    known = known or (made is not None and made.op == "mem.write")
    arrays = isinstance(bars.build.kind(x), (k.Array, k.Any_))
    if isinstance(part, Selected) and known and isinstance(whole, Var) and arrays:
        scope.bars[x] = bars.selections.nonzero(whole)


def _add_at_run_time(
    bars: Bars, scope: Scope, x: Var, kind: k.Tuple, value: Atom, index: Atom
) -> None:
    """Add to one item of the bar of a tuple, whose number is known at run time only."""
    build, old = bars.build, bars.get(scope, x)
    parts = old if isinstance(old, tuple) else (None,) * len(kind.items)
    found = [bars.atom(part, build.apply("mem.getitem", x, Lit(n))) for n, part in enumerate(parts)]
    several = build.apply("mem.accumulate", build.apply("mem.list", *found), value, index)
    items = [build.apply("mem.getitem", several, Lit(n)) for n in range(len(kind.items))]
    scope.bars[x] = tuple(
        bars.structured(build.refine(item, inside)) if k.is_real(inside) else None
        for item, inside in zip(items, kind.items)
    )


def _add_if_there(
    bars: Bars, scope: Scope, item: Var, x: Var, value: Atom, path: tuple[Atom, ...]
) -> None:
    """Add to the bar of x what is of an item that may be None, where it is not."""
    build, old = bars.build, bars.get(scope, x)
    before = bars.zero(x) if old is None else bars.atom(old, x)
    scope.bars[x] = before
    there = build.apply("operator.is_not", item, Lit(None))
    with build.block() as eqns:
        bars.accumulate(scope, x, value, "mem.accumulate", *path)
        after = bars.atom(scope.bars[x], x)
    out = build.var(build.kind(after), bar_name(x))
    build.eqns.append(If((out,), there, Block(tuple(eqns), (after,)), Block((), (before,))))
    scope.bars[x] = out


def _select_in(
    bars: Bars, scope: Scope, var: Var, path: tuple[Atom, ...], before: Bar, part: Share
) -> None:
    """Note what counts in the bar of `var`: what did before, and of a part what is added there."""
    whole, build, mask = scope.bars[var], bars.build, bars.selections.mask

    def make() -> Atom:
        here: Atom = Lit(True)
        if isinstance(part, Selected):
            here = mask(part.conditions, part.value)
        if not isinstance(before, Selected):
            return build.apply("mem.accumulate", bars.zero(var), here, *path)
        there = mask(before.conditions, before.value)
        both = build.apply("operator.or_", bars.part(there, path), here)
        return build.apply("mem.write", there, both, *path)

    of = NOTHING if before is None else bars.origin(var)
    if isinstance(whole, Var):
        scope.bars[var] = Selected(whole, (Derived(make, of),), 1)


def _write(bars: Bars, eqn: Apply, scope: Scope) -> None:
    build, (old, value), path = bars.build, eqn.args[:2], eqn.args[2:]
    bar = bars.take(scope, eqn.out)
    if bar is None:
        return
    whole = bars.atom(bar, eqn.out)
    mark = len(build.eqns)
    exchanged = reverse_updates.exchanged(bars, eqn)
    if exchanged is not None:
        bars.add(scope, exchanged, reverse_updates.exchange(bars, eqn, whole), mark)
        return
    more = reverse_updates.added(bars, eqn)
    if more is not None:
        bars.add(scope, more, bars.part(whole, path), mark)
        bars.add(scope, old, whole)
        return
    part: Atom | None = None
    if bars.activity.active(value):
        part = _taken(bars, scope, eqn, _written(bars, eqn, whole))
        bars.add(scope, value, _selected_part(bars, eqn, bar, whole, part), mark)
    if not bars.activity.active(old):
        return
    container = _part_kind(bars, eqn.out, path[:-1])
    keyed = isinstance(container, k.Dict)
    if not isinstance(container, (k.List, k.Dict)) or isinstance(container.item, k.Scalar):
        zero: Atom = ZERO
    else:
        like = value not in build.nothing
        there = _part_kind(bars, old, path)
        like = like and _one_shape(build.kind(value), container.item, there)
        zeros = bars.zeros_of(container.item) if like else None
        if like and _of_any_shape(container.item) and bars.filled:
            like, zeros = False, None  # an item that is written to needs one
        elif like and _of_any_shape(container.item):  # of another one than what is stored
            zeros, bars.shapeless = bars.zeros(container.item), True
        elif keyed and not like and len(path) == 1:
            zeros, bars.shapeless = _zeros_where_there(bars, old, path[0]), True
        if zeros is None:
            source = whole if like else old
            zeros = build.apply("mem.zeros_like", bars.part(source, path))
        zero = zeros
    rest = build.apply("mem.write", whole, zero, *path)
    before: Conditions = bar.conditions if isinstance(bar, Selected) else ()
    found: Conditions = ()
    if len(path) == 1 and chooses(build, old, path[0]):
        found = (*before, Condition(path[0], "false"))
    elif _by_element(bars, bar, eqn.out):  # and what is zero now is nobody's
        found = (Derived(lambda: _without(bars, before, whole, path), bars.origin(eqn.out)),)
    elif bars.selections.by_numbers(bar):
        found = bars.selections.nonzero(rest).conditions
    bars.add(scope, old, Selected(rest, found, len(found)) if found else rest, len(build.eqns) - 1)


def _zeros_where_there(bars: Bars, old: Atom, key: Atom) -> Atom:
    """Zeros like old[key]; a plain zero where the dictionary had no such key."""
    build = bars.build
    there = build.apply("operator.in_", key, old)
    with build.block() as found:
        zeros = build.apply("mem.zeros_like", build.apply("mem.getitem", old, key))
    out = build.var(build.kind(zeros), "")
    build.eqns.append(If((out,), there, Block(tuple(found), (zeros,)), Block((), (ZERO,))))
    return out


def _without(bars: Bars, found: Conditions, whole: Atom, path: tuple[Atom, ...]) -> Atom:
    """Where these conditions hold, but for what has been overwritten."""
    mask = bars.selections.mask(found, whole)
    return bars.build.apply("mem.write", mask, Lit(False), *path)


def _selected_part(bars: Bars, eqn: Apply, bar: Bar, whole: Atom, part: Atom) -> Bar:
    """What a write stored, of an adjoint that was selected: selected there."""
    build, path = bars.build, eqn.args[2:]
    if len(path) > 1 or not names_once(build.kind(path[0])) or not _by_element(bars, bar, eqn.out):
        return part
    with build.block():
        stored = bars.part(whole, path)
    if not build.same_form(stored, part):
        return part
    assert isinstance(bar, Selected)
    conditions = bar.conditions
    mask = Derived(lambda: bars.part(bars.selections.mask(conditions, whole), path))
    return Selected(part, (mask,), 1)


def _by_element(bars: Bars, bar: Bar, var: Var) -> bool:
    """Was each element selected, or not, by what was asked of it, or of it before a write?"""
    if not isinstance(bar, Selected):
        return False
    build, whole = bars.build, bars.origin(var)
    asked = (
        one.of if isinstance(one, Derived) else bars.origin(bars.selections.asked(one.atom))
        for one in bar.conditions
        if isinstance(one, Derived) or not build.same_dims(one.atom, var)
    )
    return all(each is whole for each in asked)


def _maker(bars: Bars, atom: Atom) -> Apply | None:
    return bars.build.definitions.get(atom) if isinstance(atom, Var) else None


def _written(bars: Bars, eqn: Apply, whole: Atom) -> Atom:
    """The adjoint of the value that a write stored: of each element the last write counts."""
    build, value, path = bars.build, eqn.args[1], eqn.args[2:]
    container = _part_kind(bars, eqn.out, path[:-1])
    part = bars.part(whole, path)
    kind = build.kind(part)
    made = _maker(bars, value)
    if isinstance(container, (k.List, k.Dict)) or (made and made.op in ITEM_BY_ITEM):
        return part
    if not names_once(build.kind(path[-1])):
        reach = build.apply("mem.last_write", bars.part(whole, path[:-1]), path[-1])
        part = build.refine(build.call("numpy.where", reach, part, ZERO), kind)
    return build.unbroadcast(part, kind, value)


def _taken(bars: Bars, scope: Scope, eqn: Apply, part: Atom) -> Atom:
    """The adjoint of a value, where what takes it may be real and drop its imaginary part."""
    build, (old, value), path = bars.build, eqn.args[:2], eqn.args[2:]
    depth = bars.activity.taken_by_reals(value, old, path)
    if depth is None or not isinstance(old, Var):
        return part
    if depth:
        dtype: Atom = build.apply("mem.dtype", bars.part(old, path[:depth]))
    else:
        dtype = bars.dtype_when_run(scope, old)
    real = build.apply("widths.as_real", part, dtype)
    is_complex = build.dtype(value) == "complex"
    return build.apply("operator.add", real, Lit(0j)) if is_complex else real


def _part_kind(bars: Bars, whole: Atom, path: tuple[Atom, ...]) -> k.Kind:
    """The kind of whole[path[0]][path[1]]..., found without leaving equations."""
    with bars.build.block():
        return bars.build.kind(bars.part(whole, path))


def _one_shape(value: k.Kind | None, item: k.Kind | None, before: k.Kind | None) -> bool:
    """Has what is stored in a list the shape of what was there before, as far as is known?"""
    match value, item, before:
        case k.Array(_, dims), k.Array(_, all_dims), k.Array(_, old_dims):
            return dims is not None and dims in (all_dims, old_dims)
        case k.Tuple(items), k.Tuple(each), k.Tuple(old):
            return len(items) == len(each) == len(old) and all(map(_one_shape, items, each, old))
        case k.List(), _, _:
            return False
    return not isinstance(value, k.Array) and not isinstance(before, k.Array)


def _of_any_shape(kind: k.Kind | None) -> bool:
    """May it be a number or an array, or a tuple of such things and numbers?"""
    if isinstance(kind, k.Tuple):
        real = [item for item in kind.items if k.is_real(item)]
        any_shape = any(map(_of_any_shape, real))
        return any_shape and all(isinstance(i, k.Scalar) or _of_any_shape(i) for i in real)
    return isinstance(kind, k.Any_)


def _accumulate(bars: Bars, eqn: Apply, scope: Scope) -> None:
    old, value, *path = eqn.args
    bar = bars.take(scope, eqn.out)
    if bar is None:
        return
    whole = bars.atom(bar, eqn.out)
    if bars.activity.active(value):
        mark = len(bars.build.eqns)
        part = bars.part(whole, tuple(path))
        part = _taken(bars, scope, eqn, part)
        bars.add(scope, value, bars.build.unbroadcast(part, bars.build.kind(part), value), mark)
    bars.add(scope, old, bar if _by_element(bars, bar, eqn.out) else whole)


def _append(bars: Bars, eqn: Apply, scope: Scope) -> None:
    bar = bars.take(scope, eqn.out)
    if bar is None:
        return
    whole = bars.atom(bar, eqn.out)
    names = (bar_name(eqn.args[1]), bar_name(eqn.args[0]))
    popped, rest = bars.build.apply_many("mem.pop", (whole,), names)
    kind = bars.build.kind(eqn.args[1])
    item = bars.build.refine(bars.build.cast(popped, kind), kind)
    bars.add(scope, eqn.args[1], bars.structured(_shaped(bars, item, eqn.args[1])))
    bars.add(scope, eqn.args[0], rest)


def _pop(bars: Bars, eqn: Apply, scope: Scope) -> None:
    item, rest = (bars.take(scope, out) for out in eqn.outs)
    if item is None and rest is None:
        return
    values = bars.atom(rest, eqn.outs[1]), bars.atom(item, eqn.outs[0])
    bars.add(scope, eqn.args[0], bars.build.apply("mem.append", *values), len(bars.build.eqns) - 1)


def _list(bars: Bars, eqn: Apply, scope: Scope) -> None:
    keys = [Lit(i) for i in range(len(eqn.args))]
    _display(bars, eqn, eqn.args, keys, scope)


def _dict(bars: Bars, eqn: Apply, scope: Scope) -> None:
    keys = eqn.args[0]
    assert isinstance(keys, Lit)
    _display(bars, eqn, eqn.args[1:], [Lit(key) for key in keys.value], scope)


def _display(
    bars: Bars, eqn: Apply, values: tuple[Atom, ...], keys: list[Lit], scope: Scope
) -> None:
    bar = bars.take(scope, eqn.out)
    if bar is None:
        return
    whole = bars.atom(bar, eqn.out)
    for key, value in zip(keys, values, strict=True):
        if bars.activity.active(value):
            mark = len(bars.build.eqns)
            kind = bars.build.kind(value)
            item = bars.build.cast(bars.build.apply("mem.getitem", whole, key), kind)
            item = bars.build.refine(item, kind)
            bars.add(scope, value, bars.structured(_shaped(bars, item, value)), mark)


def _shaped(bars: Bars, bar: Atom, item: Atom) -> Atom:
    """The adjoint of what a list holds, in its shape where a write has left a plain zero."""
    if not bars.shapeless or not isinstance(bars.build.kind(item), (k.Array, k.Any_)):
        return bar
    return bars.build.apply("operator.add", bars.zero(item), bar)


def _tuple(bars: Bars, eqn: Apply, scope: Scope) -> None:
    bar = bars.take(scope, eqn.out)
    whole = bar is not None and not isinstance(bar, tuple)
    items = bars.structured(bars.atom(bar, eqn.out)) if whole else bar
    if items is None:
        return
    if not isinstance(items, tuple):
        raise RejectedError(
            "a tuple of numbers is given to what may be an array or a list: annotate the "
            "parameters, or write np.array(...)", eqn.loc, code="ADC503",
        )  # fmt: skip
    for value, item in zip(eqn.args, items):
        shaped = _shaped(bars, item, value) if isinstance(item, Var) else item
        bars.add(scope, value, shaped)


def _identity(bars: Bars, eqn: Apply, scope: Scope) -> None:
    bars.add(scope, eqn.args[0], bars.take(scope, eqn.out))


def _unbroadcast(bars: Bars, eqn: Apply, scope: Scope) -> None:
    bar = bars.take(scope, eqn.out)
    if bar is None or not bars.activity.active(eqn.args[0]):
        return
    shape = bars.build.call("numpy.shape", eqn.args[0])
    wide = bars.build.call("numpy.broadcast_to", bars.atom(bar, eqn.out), shape)
    bars.add(scope, eqn.args[0], wide, len(bars.build.eqns) - 1)


TRANSPOSES: dict[str, Callable[[Bars, Apply, Scope], None]] = {
    "mem.getitem": _getitem,
    "mem.write": _write,
    "mem.accumulate": _accumulate,
    "mem.scatter_add": _accumulate,
    "mem.append": _append,
    "mem.pop": _pop,
    "mem.list": _list,
    "mem.dict": _dict,
    "mem.tuple": _tuple,
    "mem.push": push,
    "mem.unpush": unpush,
    "mem.copy": _identity,
    "mem.same": _identity,
    "mem.unbroadcast": _unbroadcast,
}
