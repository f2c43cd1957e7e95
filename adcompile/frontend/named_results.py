"""What NumPy's linear algebra gives is a tuple whose items have names.

    np.linalg.eigh(A).eigenvalues   =>   np.linalg.eigh(A)[0]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcompile.frontend.values import Num, Ref, Struct, Value
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Lit, Var

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

NAMES = {
    "eig": ("eigenvalues", "eigenvectors"), "eigh": ("eigenvalues", "eigenvectors"),
    "svd": ("U", "S", "Vh"), "qr": ("Q", "R"), "slogdet": ("sign", "logabsdet"),
}  # fmt: skip


def item(low: Lowerer, value: Value, name: str) -> Value | None:
    """The item of this name; None where this is no such tuple."""
    match value:
        case Struct(items) if items:
            taken = _made(low, items[0])
            whole = taken.args[0] if taken is not None and taken.op == "mem.getitem" else None
        case Num(Var() as whole) if isinstance(low.build.kind(whole), k.Tuple):
            items = ()
        case _:
            return None
    made = low.build.definition(whole) if whole is not None else None
    names = NAMES.get(made.op.removeprefix("numpy.linalg."), ()) if made is not None else ()
    if name not in names or len(items) not in (0, len(names)):
        return None
    place = names.index(name)
    if items:
        return items[place]
    return Num(low.build.apply("mem.getitem", _atom(whole), Lit(place)))


def _made(low: Lowerer, value: Value) -> Apply | None:
    """The equation that made a value, before anything was written to it."""
    if isinstance(value, Ref) and not value.path:
        born = low.state.births.get(value.storage)
        return low.build.definition(born) if born is not None else None
    return low.build.definition(value.atom) if isinstance(value, Num) else None


def _atom(whole: Atom | None) -> Atom:
    assert whole is not None
    return whole
