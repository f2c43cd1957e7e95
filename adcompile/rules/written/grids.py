"""Grids, and derivatives and sums on them."""

from __future__ import annotations

from typing import Any

import numpy as np

from adcompile.rules.written import Written
from adcompile.rules.written.facts import (
    axes_of,
    count,
    is_integer,
    is_number,
    is_sequence,
    is_weak,
    ones,
    rank,
    refuse,
    span,
)


def gradient(f, *varargs, axis=None, edge_order=1):
    axes = axes_of(axis, rank(f))
    if count(varargs) == 0:
        steps = ones(count(axes))
    elif count(varargs) == 1:
        steps = varargs * count(axes)
    else:
        steps = varargs
    slopes = tuple(_narrow(_slope(f, step, a, edge_order), f) for step, a in zip(steps, axes))
    if count(axes) == 1:
        return slopes[0]
    return slopes


def _narrow(slope, f):
    """As wide as the values, if they are no integers."""
    return slope if is_integer(f) else np.asarray(slope, dtype=f.dtype)


def _slope(f, step, axis, edge_order):
    g = np.moveaxis(f, axis, 0) if axis else f
    if rank(step) == 0:
        inside = (g[2:] - g[:-2]) / (2.0 * step)
        if edge_order == 1:
            first, last = (g[1:2] - g[:1]) / step, (g[-1:] - g[-2:-1]) / step
        else:
            first = -(1.5 / step) * g[:1] + (2.0 / step) * g[1:2] - (0.5 / step) * g[2:3]
            last = (0.5 / step) * g[-3:-2] - (2.0 / step) * g[-2:-1] + (1.5 / step) * g[-1:]
    else:
        width = np.diff(step)
        width = np.reshape(width, (-1, *ones(rank(f) - 1))) if rank(f) > 1 else width
        left, right = width[:-1], width[1:]
        inside = (
            -right / (left * (left + right)) * g[:-2]
            + (right - left) / (left * right) * g[1:-1]
            + left / (right * (left + right)) * g[2:]
        )
        if edge_order == 1:
            first, last = (g[1:2] - g[:1]) / width[:1], (g[-1:] - g[-2:-1]) / width[-1:]
        else:
            a, b = width[:1], width[1:2]
            first = (
                -(2.0 * a + b) / (a * (a + b)) * g[:1]
                + (a + b) / (a * b) * g[1:2]
                - a / (b * (a + b)) * g[2:3]
            )
            a, b = width[-2:-1], width[-1:]
            last = (
                b / (a * (a + b)) * g[-3:-2]
                - (b + a) / (a * b) * g[-2:-1]
                + (2.0 * b + a) / (b * (a + b)) * g[-1:]
            )
    slope = np.concatenate((first, inside, last))
    return np.moveaxis(slope, 0, axis) if axis else slope


def trapezoid(y, x=None, dx=1.0, axis=-1):
    g = np.moveaxis(y, axis, -1)
    if x is None:
        width = dx
    elif rank(x) == 1:
        width = np.diff(x)
    else:
        width = np.diff(np.moveaxis(x, axis, -1))
    return np.sum(width * (g[..., 1:] + g[..., :-1]) / 2.0, axis=-1)


def meshgrid(*xi, copy=True, sparse=False, indexing="xy"):
    n = count(xi)
    grids = [_spread(x, _place(i, n, indexing), n) for i, x in enumerate(xi)]
    if not copy:
        refuse("np.meshgrid with copy=False has no derivative: leave it out")
    if sparse:
        return [np.copy(grid) for grid in grids]
    whole = grids[0]
    for grid in grids[1:]:
        whole = whole + 0 * grid
    return [np.copy(np.broadcast_to(grid, np.shape(whole))) for grid in grids]


def _place(i, n, indexing):
    if indexing == "xy" and n > 1 and i < 2:
        return 1 - i
    return i


def _spread(x, place, n):
    return np.reshape(x, tuple(-1 if j == place else 1 for j in span(n)))


def linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0):
    points = _points(start, stop, num, endpoint)
    if axis != 0:
        points = np.moveaxis(points, 0, axis)
    if dtype is not None:
        points = np.asarray(points, dtype=dtype)
    if retstep:
        return points, (stop - start) / ((num - 1) if endpoint else num)
    return points


def _points(start, stop, num, endpoint):
    if rank(start) == 0 and rank(stop) == 0:
        return np.linspace(start, stop, num, endpoint)
    whole = stop - start
    share = np.arange(num, dtype=whole.dtype) / max((num - 1) if endpoint else num, 1)
    return start + np.reshape(share, (-1, *ones(rank(whole)))) * whole


def interp(x, xp, fp, left=None, right=None, period=None):
    if period is not None:
        period = np.abs(period)
        at = x % period
        nodes = xp % period
        order = np.argsort(nodes)
        nodes, values = nodes[order], fp[order]
        nodes = np.concatenate((nodes[-1:] - period, nodes, nodes[:1] + period))
        values = np.concatenate((values[-1:], values, values[:1]))
        return np.interp(at, nodes, values)
    inside = np.interp(x, xp, fp)
    if left is not None:
        inside = np.where(np.less(x, xp[0]), left, inside)
    if right is not None:
        inside = np.where(np.greater(x, xp[-1]), right, inside)
    return inside


def mgrid(*axes):
    if count(axes) == 1:
        return axes[0]
    return np.stack(meshgrid(*axes, indexing="ij"))


def ogrid(*axes):
    if count(axes) == 1:
        return axes[0]
    return meshgrid(*axes, sparse=True, indexing="ij")


def r_(*parts):
    return np.concatenate([_line(part, _like(parts)) for part in parts])


def c_(*parts):
    return np.column_stack([_line(part, _like(parts)) for part in parts])


def _like(parts):
    """The first that is an array of floats, or a number."""
    for part in parts:
        if not is_sequence(part):
            if not is_weak(part):
                if not is_integer(part):
                    return part
    return 0.0


def _line(part, like):
    """A vector; Python's numbers are as wide as the arrays beside them."""
    if is_sequence(part):
        return np.asarray(part)
    if is_weak(part) and not is_weak(like):
        return np.full(1, part, dtype=like.dtype)
    if is_number(part):
        return np.reshape(part, (1,))
    return part


FUNCTIONS: dict[str, Any] = {
    "gradient": gradient,
    "trapezoid": Written(trapezoid, ("axis",), 3),
    "trapz": trapezoid,
    "meshgrid": Written(meshgrid, ("sparse", "copy"), 2),
    "linspace": Written(linspace, ("retstep", "axis"), 4),
    "mgrid": mgrid,
    "ogrid": ogrid,
    "r_": r_,
    "c_": c_,
    "interp": Written(interp, ("left", "right", "period"), 3),
}
