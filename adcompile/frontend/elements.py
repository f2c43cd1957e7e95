"""x.flat: the elements of an array in their order, to read and to write.

    y.flat[1:6] = v      =>      y.flat[1:6] = v[np.arange(5) % np.size(v)]

What is written is begun again where it is too short, and cut off where it is too long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcompile.frontend import memory
from adcompile.frontend.values import FLAT, Ref, Step
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


def flat(low: Lowerer, base: Ref, name: str = "") -> Ref:
    """base.flat: what is written to it reaches the base, however that lies in memory."""
    elements = low.build.apply("numpy.ravel", memory.atom_of(low, base), name=name)
    now = low.state.current.get(base.storage)
    return Ref(base.storage, (*base.path, Step(FLAT, ())), elements, now)


def again(low: Lowerer, base: Ref, place: Atom, given: Atom) -> Atom:
    """What is written to a place in x.flat, as often as it fits; to another array as it is."""
    if not base.path or base.path[-1].op != FLAT:
        return given
    kind = low.build.kind(given)
    with low.build.block():
        target = low.build.apply("mem.getitem", memory.atom_of(low, base), place)
    there = getattr(low.build.kind(target), "dims", None)
    several = there is not None or isinstance(low.build.kind(place), (k.List, k.Array))
    dims = getattr(kind, "dims", None)
    fits = isinstance(kind, k.Scalar) or (dims is not None and dims in ((), there))
    if fits or not several:
        return given
    apply = low.build.apply
    values = apply("numpy.ravel", given)
    length = apply("numpy.size", apply("mem.getitem", memory.atom_of(low, base), place))
    turns = apply("operator.mod", apply("numpy.arange", length), apply("numpy.size", values))
    return apply("mem.getitem", values, turns)
