"""Jacobians and Hessians: plain drivers over tangents, adjoints and tangents of adjoints."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from adcompile.errors import ArgumentError, ResultError
from adcompile.faces import trees, vectors
from adcompile.faces.backends import target_of
from adcompile.faces.compiled import Program, program_of
from adcompile.faces.runs import Runs
from adcompile.faces.spreading import spread
from adcompile.frontend import signature


def jacobian(
    f: Callable[..., Any], wrt: Any = 0, mode: str = "auto", of: Any = None, backend: Any = None,
    exact: bool = False, passes: Any = None,
) -> Callable[..., Any]:
    """The function that gives all first derivatives of f, in the shape result + argument.

    Structures nest: the result's outside, the argument's inside.  "forward" takes one tangent an
    element of the argument, "reverse" one adjoint an element of the result, "auto" the fewer.
    """
    if mode not in ("auto", "forward", "reverse"):
        raise ArgumentError(f"mode={mode!r}: there are 'auto', 'forward' and 'reverse'")
    general = program_of(f, target_of(backend, exact, passes))
    dependents = general.dependents(of)
    general.independents(wrt)

    def call(*args: Any, **kwargs: Any) -> Any:
        program = spread(general, args, kwargs)
        names = program.independents(wrt)
        values = program.values(args, kwargs)
        moved = tuple(signature.to_real(values[program.names.index(name)]) for name in names)
        check_real(program, moved, (), False)
        asked, value, runs = (names, dependents), None, Runs(values)
        forward = mode == "forward" or (mode == "auto" and program.is_forward(asked, values))
        if not forward:
            value = runs(program.bound((), dependents, values))
            check_numbers(program, value)
            holds_complex = check_real(program, moved, value, mode == "reverse")
            fewer = trees.size(moved) <= trees.size(value)
            forward = mode == "auto" and (holds_complex or fewer)
            if forward:
                program.goes_forward(asked, values)
        rows, sort = (forward_rows, "tangent") if forward else (reverse_rows, "adjoint")
        request = vectors.Request(program, ((sort, names),), dependents, runs)
        value, table = rows(request, value, moved)
        return arranged(value, program.gathered(wrt, moved), table)

    call.__name__ = f"{general.name}_jacobian"
    return call


Table = list[list[np.ndarray[Any, Any]]]
"""One array a leaf of the result and a leaf of the argument, of shape result + argument."""


def check_numbers(program: Program, value: Any) -> None:
    if not trees.leaves(value):
        raise ResultError(f"{program.name} returns no number, and nothing else has a derivative")


def check_real(program: Program, moved: Any, value: Any, strict: bool) -> bool:
    """Refuse complex arguments: the derivative is not one number.  Is the value complex?"""
    if any(map(np.iscomplexobj, trees.leaves(moved))):
        raise ArgumentError(
            f"an argument of {program.name} is complex, and its derivative is not one number an "
            "element; give the real and imaginary parts as arguments, or use ad.jvp or ad.vjp"
        )
    found = any(map(np.iscomplexobj, trees.leaves(value)))
    if found and strict:
        raise ResultError(
            f"{program.name} returns complex numbers, of which this is not known; return their "
            "real and imaginary parts, or use ad.jacobian with mode='forward'"
        )
    return found


def empty_table(value: Any, moved: Any) -> Table:
    return [
        [
            np.zeros(np.shape(a) + np.shape(b), np.result_type(_real(a), _real(b)))
            for b in trees.leaves(moved)
        ]
        for a in trees.leaves(value)
    ]


def _real(leaf: Any) -> Any:
    """The dtype of a leaf as a real; of Python's numbers, which widen no float32, zero.

    Compiled functions return such for numbers of float32, too.
    """
    if type(leaf) in (float, complex):
        return type(leaf)()
    dtype = np.asarray(leaf).dtype
    return dtype if dtype.kind in "fc" else np.dtype(float)


def forward_rows(
    request: vectors.Request, value: Any, moved: tuple[Any, ...]
) -> tuple[Any, Table]:
    """The value and the Jacobian by columns: tangents in all directions of the argument.

    A value of None is not known yet.
    """
    table: Table | None = None
    for low, high, new, found in request.in_blocks(moved):
        if value is None:
            value = new
            check_numbers(request.program, value)
        dots = numbers_like(found, value)
        if high - low == trees.size(moved):
            rows = zip(trees.leaves(value), dots, strict=True)
            return value, [columns(leaf, dot, trees.leaves(moved)) for leaf, dot in rows]
        table = table or empty_table(value, moved)
        for row, dot in zip(table, dots, strict=True):
            for column, there, here in vectors.places(moved, low, high):
                if np.ndim(dot):
                    in_row(row[column], np.ndim(dot) - 1)[..., there] = dot[..., here]
    if value is None:
        value = request.runs(request.program.bound((), request.of, request.runs.values))
        check_numbers(request.program, value)
    return value, table or empty_table(value, moved)


def columns(a: Any, dot: Any, inner: Sequence[Any]) -> list[np.ndarray[Any, Any]]:
    """A row of the table: a leaf of the result, its tangent in all directions of these leaves."""
    made, low, rank = [], 0, np.ndim(dot)
    for b in inner:
        shape, dtype = np.shape(a) + np.shape(b), np.result_type(_real(a), _real(b))
        high = low + math.prod(np.shape(b))
        part = np.array(dot[..., low:high], dtype, order="C") if rank else np.zeros(shape, dtype)
        made.append(part.reshape(shape))
        low = high
    return made


def reverse_rows(
    request: vectors.Request, value: Any, moved: tuple[Any, ...]
) -> tuple[Any, Table]:
    """The value and the Jacobian by rows: adjoints for all seeds of the result."""
    table = empty_table(value, moved)
    for low, high, _, found in request.in_blocks(value, alone=True):
        bars = numbers_like((found,) if len(moved) == 1 else found, moved)
        for row, there, here in vectors.places(value, low, high):
            for target, bar in zip(table[row], bars, strict=True):
                if np.ndim(bar):
                    rows = math.prod(target.shape[: target.ndim - np.ndim(bar) + 1])
                    flat = target.reshape(rows, *np.shape(bar)[:-1])
                    flat[there] = np.moveaxis(bar[..., here], -1, 0)
    return value, table


def in_row(x: np.ndarray[Any, Any], rank: int) -> np.ndarray[Any, Any]:
    """The array with the axes behind the first `rank` as one."""
    return x.reshape(*x.shape[:rank], math.prod(x.shape[rank:]))


def places(value: Any) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Each element of a structure: which leaf, and its index there."""
    for which, leaf in enumerate(trees.leaves(value)):
        for index in np.ndindex(*np.shape(leaf)):
            yield which, index


def numbers_like(given: Any, like: Any) -> list[Any]:
    """The leaves of `given` that belong to the numbers of `like`; what is None there is zero."""
    below = trees.parts(like)
    if below is None:
        return [0.0 if given is None else given] if trees.is_number(like) else []
    there = trees.parts(given) or [("", None)] * len(below)
    pairs = zip(there, below, strict=True)
    return [leaf for (_, item), (_, other) in pairs for leaf in numbers_like(item, other)]


def arranged(value: Any, moved: Any, table: Table) -> Any:
    """The table as a structure: the result's outside, the argument's inside."""
    rows = iter(table)

    def inner(_: Any) -> Any:
        row = iter(next(rows))
        return trees.map_leaves(lambda _: next(row)[()], moved)

    return trees.map_leaves(inner, value)


def hessian(
    f: Callable[..., Any], wrt: Any = 0, of: Any = None, backend: Any = None,
    exact: bool = False, passes: Any = None,
) -> Callable[..., Any]:
    """The function that gives all second derivatives of f, in the shape result + argument twice.

    It takes the tangent of the adjoint, once an element of the argument (and of the result).
    """
    general = program_of(f, target_of(backend, exact, passes))
    dependents = general.dependents(of)
    general.independents(wrt)

    def call(*args: Any, **kwargs: Any) -> Any:
        program = spread(general, args, kwargs)
        names = program.independents(wrt)
        values = program.values(args, kwargs)
        runs = Runs(values)
        value = runs(program.bound((), dependents, values))
        check_numbers(program, value)
        moved = tuple(signature.to_real(values[program.names.index(name)]) for name in names)
        check_real(program, moved, value, True)
        derivation = (("adjoint", names), ("tangent", names))
        request = vectors.Request(program, derivation, dependents, runs)
        tables: list[Table] = []
        for leaf in trees.leaves(value):
            shape = np.shape(leaf)
            tables.append(
                [[_stacked(shape, a, b) for b in trees.leaves(moved)] for a in trees.leaves(moved)]
            )
        for (row, index), seed in zip(places(value), trees.basis(value), strict=True):
            for low, high, _, (_, dots) in request.in_blocks(moved, (seed,)):
                flat = numbers_like([dots] if len(names) == 1 else dots, moved)
                for column, there, here in vectors.places(moved, low, high):
                    for target, dot in zip(tables[row], flat, strict=True):
                        if np.ndim(dot):
                            at: Any = (*index, Ellipsis)
                            block = target[column][at]
                            in_row(block, np.ndim(dot) - 1)[..., there] = dot[..., here]
        return nested(value, program.gathered(wrt, moved), tables)

    call.__name__ = f"{general.name}_hessian"
    return call


def _stacked(shape: tuple[int, ...], a: Any, b: Any) -> np.ndarray[Any, Any]:
    return np.zeros(shape + np.shape(a) + np.shape(b), np.result_type(_real(a), _real(b)))


def nested(value: Any, moved: Any, tables: list[Any]) -> Any:
    """Hessians as a structure: the result's outside, then the argument's twice."""
    blocks = iter(tables)
    return trees.map_leaves(lambda _: arranged(moved, moved, next(blocks)), value)
