"""Kind rules of numpy.fft."""

from __future__ import annotations

from collections.abc import Callable

from adcompile.rules.memory import length
from adcompile.rules.shape_kinds import Atoms, Kinds, as_array, dims_of, given_dims, literal
from adcompile.trace import kinds as k
from adcompile.trace.ir import Lit

Change = Callable[[k.Dim], k.Dim]


def transformed(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of fft, ifft and theirs: complex, the lengths as given."""
    return _along(kinds, atoms, "complex", lambda dim: dim, lambda dim: dim)


def to_half(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of rfft and its like: n // 2 + 1 numbers along the last axis."""
    return _along(kinds, atoms, "complex", _half, _half)


def from_half(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of irfft and its like: real; the length as given, or 2 (n - 1)."""
    return _along(kinds, atoms, "float", _twice, lambda dim: dim)


def _half(dim: k.Dim) -> k.Dim:
    return k.Dim(("half", dim)) if dim.length is None else k.Dim(None, dim.length // 2 + 1)


def _twice(dim: k.Dim) -> k.Dim:
    return k.Dim(("twice", dim)) if dim.length is None else k.Dim(None, 2 * (dim.length - 1))


def _along(kinds: Kinds, atoms: Atoms, dtype: str, last: Change, last_given: Change) -> k.Kind:
    """Lengths replaced by those given; along the last of the axes changed."""
    dims, axes = dims_of(kinds[0]), literal(atoms[2])
    if dims is None or axes == "unknown":
        return k.Array(dtype, None if dims is None else tuple(k.Dim(object()) for _ in dims))
    given = _given(kinds[1], atoms[1])
    if axes is None:
        count = len(dims) if given is None else len(given)
        axes = tuple(range(len(dims) - count, len(dims)))
    places = axes if isinstance(axes, tuple) else (axes,)
    if given is not None:
        given = tuple(dims[axis] if dim.length == -1 else dim for axis, dim in zip(places, given))
    new = list(dims)
    for i, axis in enumerate(places):
        at_end = i == len(places) - 1
        if given is None:
            new[axis] = last(dims[axis]) if at_end else dims[axis]
        else:
            new[axis] = last_given(given[i]) if at_end else given[i]
    return k.Array(dtype, tuple(new))


def _given(kind: k.Kind, atom: object) -> tuple[k.Dim, ...] | None:
    if atom == Lit(None):
        return None
    if isinstance(kind, k.Scalar):
        return (length(kind, atom),)  # type: ignore[arg-type]
    dims = given_dims(kind, atom)  # type: ignore[arg-type]
    return dims or (k.Dim(object()),) * 9


def fftfreq(kinds: Kinds, atoms: Atoms) -> k.Kind:
    return k.Array("float", (length(as_array(kinds[0]), atoms[0]),))


def rfftfreq(kinds: Kinds, atoms: Atoms) -> k.Kind:
    return k.Array("float", (_half(length(as_array(kinds[0]), atoms[0])),))
