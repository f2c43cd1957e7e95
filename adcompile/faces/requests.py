"""What is asked of a derivative, and whether it can be asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from adcompile.errors import ArgumentError, ResultError
from adcompile.faces import trees, vectors
from adcompile.faces.bound import Bound
from adcompile.faces.compiled import Program
from adcompile.faces.runs import Runs
from adcompile.frontend import signature


def check_scalar(program: Program, bound: Bound, values: Sequence[Any]) -> None:
    """Refuse the gradient of what is no real number."""
    sort, what, lengths = bound.value
    if sort == "array":
        shape = shape_of(lengths, dict(zip(program.names, values, strict=True)))
        raise not_scalar(program, f"an array{shape}")
    if what == "complex":
        raise not_scalar(program, "a complex number")
    if sort == "other":
        raise not_scalar(program, what)


def not_scalar(program: Program, what: str) -> ResultError:
    return ResultError(
        f"{program.name} returns {what}, and a gradient is of one real number; return one, such "
        "as a sum, or ask for ad.jacobian, or for ad.vjp with an adjoint of the result's shape"
    )


def shape_of(lengths: Any, named: dict[str, Any]) -> str:
    """The shape of a result in words, as far as the arguments tell."""
    if lengths is None:
        return ""
    known: list[str] = []
    for length in lengths:
        if isinstance(length, tuple):
            name, _, axis = length[0].rpartition(".")
            shape = np.shape(named[name]) if name in named else ()
            inside = axis.isdigit() and int(axis) < len(shape)
            known.append(str(shape[int(axis)] + length[1]) if inside else "?")
        else:
            known.append("?" if length is None else str(length))
    return f" of shape ({', '.join(known)}{',' if len(known) == 1 else ''})"


def directed(
    program: Program, primals: Any, tangents: Any, name: str
) -> tuple[tuple[Any, ...], dict[str, Any], int | None]:
    """All arguments of a call, the tangents of those that move, by name, and how many directions.

    None stands for one direction, without an axis.
    """
    for given, what in ((primals, "primals"), (tangents, name)):
        if not isinstance(given, (tuple, list)):
            raise ArgumentError(f"{what} is a tuple with one entry a parameter, such as (x,)")
    if len(primals) != len(tangents):
        raise ArgumentError(
            f"{len(primals)} primals, but {len(tangents)} {name}; None does not move"
        )
    values = program.values(tuple(primals), {})
    if all([dot is None for dot in tangents]):
        return values, {}, None
    dots = {n: dot for n, dot in zip(program.names, tangents, strict=False) if dot is not None}
    likes = tuple([value for n, value in zip(program.names, values, strict=True) if n in dots])
    count = vectors.directions_of(tuple(dots.values()), likes)
    for (parameter, dot), value in zip(dots.items(), likes, strict=True):
        place = f"{name}[{program.names.index(parameter)}]"
        dots[parameter], _ = checked(dot, value, place, count)
    return values, dots, count


def checked(given: Any, like: Any, name: str, count: Any = "any") -> tuple[Any, int | None]:
    """A tangent or seed, or many along a last axis, as wide as what it belongs to; how many."""
    count = vectors.directions_of(given, like) if count == "any" else count
    if count is None:
        trees.check_like(given, like, name)
        return trees.cast_like(given, like, name), None
    return vectors.cast(given, like, name), count


def adjoints(
    program: Program, names: tuple[str, ...], of: Any, runs: Runs, value_bar: Any,
    count: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The adjoints of the parameters `names` for an adjoint of the value, or for `count`."""
    if not names:
        return {}
    derivation = (("adjoint", names),)
    if count is not None:
        request = vectors.Request(program, derivation, of, runs)
        _, bars = request.in_many((value_bar,), count)
    else:
        bound = program.bound(derivation, of, runs.values)
        _, bars = runs(bound, (signature.to_real(value_bar),))
    return dict(zip(names, (bars,) if len(names) == 1 else bars, strict=True))


def second(
    program: Program, names: tuple[str, ...], dots: dict[str, Any], of: Any, values: Sequence[Any],
    count: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The tangent of the adjoint of a number: the Hessian times a direction, by parameter."""
    if not dots or not names:
        return {}
    derivation = (("adjoint", names), ("tangent", tuple(dots)))
    bound = program.bound(derivation, of, values)
    if bound.value[0] != "scalar" or bound.value[1] == "complex":
        check_scalar(program, bound, values)
    if count is None:
        _, (_, bars_dot) = bound(values, (1.0, *dots.values()))
    else:
        request = vectors.Request(program, derivation, of, Runs(values))
        _, (_, bars_dot) = request.in_many(tuple(dots.values()), count, (1.0,))
    return dict(zip(names, (bars_dot,) if len(names) == 1 else bars_dot, strict=True))
