"""Operations that give a view: what makes of the changed view the changed array again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from adcompile.frontend.values import FLAT
from adcompile.rules.build import Builder
from adcompile.rules.constructors import COUNTS, FLOATS
from adcompile.trace.ir import Atom, Lit


class Holder(Protocol):
    """What has a builder."""

    @property
    def build(self) -> Builder: ...


Args = tuple[Atom, ...]
Inverse = Callable[[Holder, Args, Atom], tuple[str, Args] | None]


def _reshaped(low: Holder, args: Args, base: Atom) -> tuple[str, Args]:
    return "numpy.reshape", (low.build.apply("numpy.shape", base),)


def _without_new_axis(low: Holder, args: Args, base: Atom) -> tuple[str, Args]:
    has_axes = getattr(low.build.kind(base), "dims", None) is not None
    return ("mem.same", ()) if has_axes else _reshaped(low, args, base)


def _transposed(low: Holder, args: Args, base: Atom) -> tuple[str, Args] | None:
    if not args or args == (Lit(None),):
        return "numpy.transpose", ()
    axes = args[0].value if isinstance(args[0], Lit) else None
    if not isinstance(axes, tuple):
        return None
    order = [axis % len(axes) for axis in axes]
    return "numpy.transpose", (Lit(tuple(order.index(axis) for axis in range(len(order)))),)


def _turned(low: Holder, args: Args, base: Atom) -> tuple[str, Args] | None:
    times = args[0] if args else Lit(1)
    return ("numpy.rot90", (Lit(-times.value),)) if isinstance(times, Lit) else None


def _itself(op: str) -> Inverse:
    return lambda low, args, base: (op, args)


def _none(low: Holder, args: Args, base: Atom) -> None:
    """NumPy lets nobody write to these."""


INVERSES: dict[str, Inverse] = {
    "numpy.transpose": _transposed,
    "numpy.swapaxes": _itself("numpy.swapaxes"),
    "numpy.moveaxis": lambda low, args, base: ("numpy.moveaxis", (args[1], args[0])),
    "numpy.flip": _itself("numpy.flip"),
    "numpy.expand_dims": _reshaped,
    "numpy.squeeze": _reshaped,
    "numpy.reshape": _reshaped,
    "numpy.ravel": _reshaped,
}
NEED_CONTIGUOUS = ("numpy.reshape", "numpy.ravel")
ASKED: dict[str, Inverse] = {  # views where the layout in memory allows it
    "numpy.reshape": _reshaped,
    "numpy.ravel": _reshaped,
    "numpy.asarray": lambda low, args, base: ("mem.same", ()),
    "numpy.ascontiguousarray": _without_new_axis,
    "numpy.asfortranarray": lambda low, args, base: ("mem.same", ()),
    **dict.fromkeys((*FLOATS, *COUNTS), lambda low, args, base: ("mem.same", ())),
}
ALWAYS: dict[str, Inverse] = {  # other views of arrays, where aliases are told apart
    "numpy.transpose": _transposed,
    "numpy.fliplr": _itself("numpy.fliplr"),
    "numpy.flipud": _itself("numpy.flipud"),
    "numpy.matrix_transpose": _itself("numpy.matrix_transpose"),
    "numpy.rot90": _turned,
    "numpy.atleast_1d": _reshaped,
    "numpy.atleast_2d": _reshaped,
    "numpy.atleast_3d": _reshaped,
    "numpy.diagonal": _none,
    "numpy.diag": _none,
    "numpy.broadcast_to": _none,
}
LENSES: dict[str, Inverse] = {  # by arrays as indices, what is read-only (lenses.py), x.flat
    "mem.getitem": lambda low, args, base: ("mem.write", args),
    FLAT: _reshaped,
    "mem.same": _none,
}
READ_ONLY = tuple(op for op, inverse in {**LENSES, **ALWAYS}.items() if inverse is _none)
