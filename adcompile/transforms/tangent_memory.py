"""The tangents of the operations on memory: the same operation on the tangents.

y = getitem(x, i)            y_dot = getitem(x_dot, i)
x' = write(x, v, i)          x_dot' = write(x_dot, v_dot, i)
x' = accumulate(x, v, i)     x_dot' = accumulate(x_dot, v_dot, i)
t' = push(t, v, w)           t_dot' = push(t_dot, v_dot, w_dot)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcompile.trace import kinds as k
from adcompile.trace.ir import IN_FULL, NOTHING, Apply, Atom, Var
from adcompile.transforms.selections import Condition, chooses

if TYPE_CHECKING:
    from adcompile.transforms.tangent import Dots


def move_memory(dots: Dots, eqn: Apply) -> None:
    """Append the tangent of a mem.* equation with an active result."""
    match eqn.op:
        case "mem.push":
            active = dots.activity.components(eqn.out)
            moved = [dots.moved(v) for v, moves in zip(eqn.args[1:], active) if moves]
            _define(dots, eqn.outs, "mem.push", (dots.moved(eqn.args[0]), *moved))
        case "mem.unpush":
            active = (*dots.activity.components(eqn.args[0]), True)
            outs = tuple(out for out, moves in zip(eqn.outs, active) if moves)
            _define(dots, outs, "mem.unpush", (dots.moved(eqn.args[0]),))
        case "mem.tape":
            _define(dots, eqn.outs, eqn.op, ())
        case "mem.copy" | "mem.same":
            _as_it_is(dots, eqn)
        case "mem.getitem" if eqn.args[1] in IN_FULL and k.is_scalar(dots.build.kind(eqn.args[0])):
            _as_it_is(dots, eqn)  # the tangent of a number may be one of Python
        case "mem.getitem" | "mem.unbroadcast":
            found = dots.conditions.get(eqn.args[0], ())  # type: ignore[arg-type]
            if found:
                dot = dots.moved(eqn.args[0])
                dots.conditions[eqn.out] = dots.arranged(found, dot, eqn.op, eqn.args[1:])
            _define(dots, eqn.outs, eqn.op, (dots.moved(eqn.args[0]), eqn.args[1]))
        case "mem.pop":
            _define(dots, eqn.outs, eqn.op, (dots.moved(eqn.args[0]),))
        case "mem.append":
            _define(dots, eqn.outs, eqn.op, (dots.moved(eqn.args[0]), _item(dots, eqn.args[1])))
        case "mem.write" | "mem.accumulate" | "mem.scatter_add":
            _store(dots, eqn)
        case "mem.list" | "mem.tuple":
            _define(dots, eqn.outs, eqn.op, tuple(_item(dots, arg) for arg in eqn.args))
        case "mem.dict":
            items = tuple(_item(dots, arg) for arg in eqn.args[1:])
            _define(dots, eqn.outs, eqn.op, (eqn.args[0], *items))
        case _:
            raise AssertionError(eqn.op)


def _as_it_is(dots: Dots, eqn: Apply) -> None:
    """The tangent of the operand is that of the result."""
    dots.dots[eqn.out] = dots.moved(eqn.args[0])
    found = dots.conditions.get(eqn.args[0], ())  # type: ignore[arg-type]
    if found:
        dots.conditions[eqn.out] = found


def _item(dots: Dots, value: Atom) -> Atom:
    """The tangent of an item of a display: nothing for what is no number."""
    kind = dots.build.kind(value)
    return dots.moved(value) if k.is_real(kind) or _has_numbers(kind) else NOTHING


def _has_numbers(kind: k.Kind | None) -> bool:
    """Is it a number, an array or a display of these, such as [0, 1]?"""
    match kind:
        case k.Tuple(items):
            return all(_has_numbers(item) for item in items)
        case k.List(item):
            return _has_numbers(item)
    return k.dtype_of(kind) is not None


def _store(dots: Dots, eqn: Apply) -> None:
    old, value, *path = eqn.args
    dot = dots.get(value)
    if dot is None and eqn.op != "mem.write":
        dots.dots[eqn.out] = dots.moved(old)
        return
    if dot is not None:
        dot = _as_written(dots, eqn, dot)
    whole = dots.moved(old)
    if dot is None and len(path) == 1 and chooses(dots.build, old, path[0]):
        found = dots.conditions.get(old, ())  # type: ignore[arg-type]
        dots.conditions[eqn.out] = (*found, Condition(path[0], "false"))
    _define(dots, eqn.outs, eqn.op, (whole, _item(dots, value) if dot is None else dot, *path))
    if eqn.out not in dots.conditions and any(map(dots.by_numbers, (old, value))):
        dots.left_out(eqn.out)


def _as_written(dots: Dots, eqn: Apply, dot: Atom) -> Atom:
    """The tangent of a value as an array takes it: real, where that is."""
    build, (like, value), path = dots.build, eqn.args[:2], eqn.args[2:]
    whole = build.kind(like)
    real = isinstance(whole, k.Array) and whole.dtype in ("float", "float32")
    if real and build.dtype(value) == "complex":
        return build.call("numpy.real", dot)
    depth = dots.activity.taken_by_reals(value, like, path)
    if depth is None:
        return dot
    for index in path[:depth]:
        like = build.apply("mem.getitem", like, index)
    return build.apply("widths.as_real", dot, build.apply("mem.dtype", like))


def _define(dots: Dots, outs: tuple[Var, ...], op: str, args: tuple[Atom, ...]) -> None:
    """Append the equation of the tangents of `outs`."""
    names = tuple(f"{out.name}_dot" if out.name else "" for out in outs)
    for out, dot in zip(outs, dots.build.apply_many(op, args, names)):
        dots.dots[out] = dots.build.refine(dot, dots.build.kind(out))


def zeros_of(constant: Any) -> Any:
    """The tangent of a constant: nothing for what is no number."""
    if isinstance(constant, tuple):
        return tuple(map(zeros_of, constant))
    return 0.0 if isinstance(constant, (int, float, complex)) else None
