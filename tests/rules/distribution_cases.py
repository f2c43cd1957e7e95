"""Calls for the tests of rows, as in cases.py: the distributions of scipy.stats."""

from __future__ import annotations

from rules.drawn import Draw, array_data, call, data
from rules.row_checks import Case

from adcompile.rules.distributions import DENSITIES

UNIT = {"low": 0.3, "high": 0.8}
NEAR, WIDE = Draw(low=0.0, high=0.1), {"low": 1.0, "high": 1.5}
SHAPE = {"low": 1.3, "high": 2.5}
DISTRIBUTIONS: dict[str, list[Case]] = {
    **{f"scipy.stats.{name}.{function}": [
        call(Draw(2, 3, **UNIT), *(Draw(**SHAPE) for _ in shapes), loc=NEAR, scale=Draw(**WIDE)),
        call(Draw(**UNIT), *(Draw(3, **SHAPE) for _ in shapes), loc=NEAR),
        call(Draw(**UNIT), *(Draw(**SHAPE) for _ in shapes), loc=NEAR, scale=Draw(**WIDE)),
        call(Draw(3, **UNIT), *(Draw(**SHAPE) for _ in shapes), scale=Draw(2, 3, **WIDE)),
    ] for name, (_, shapes) in DENSITIES.items() for function in ("pdf", "logpdf")},
    **{f"scipy.stats.{name}.{function}": [
        call(Draw(2, 3, **UNIT), *(data(1.7) for _ in shapes), loc=NEAR, scale=Draw(**WIDE)),
        call(Draw(**UNIT), *(array_data(1.5, 1.7, 2.0) for _ in shapes), loc=NEAR),
        call(Draw(**UNIT), *(data(1.4) for _ in shapes), scale=Draw(3, **WIDE)),
    ] for name, (_, shapes) in DENSITIES.items()
       for function in ("cdf", "sf", "logcdf", "logsf", "ppf", "isf")},
    **{f"scipy.stats.{name}.{function}": [
        call(data(3), Draw(**UNIT)), call(array_data(2, 3, 4), Draw(2, 3, **UNIT), loc=data(1)),
        call(array_data(1, 2, 5), Draw(**UNIT)),
    ] for name in ("poisson", "geom") for function in ("pmf", "logpmf")},
    **{f"scipy.stats.bernoulli.{function}": [
        call(data(1), Draw(**UNIT)), call(array_data(0, 1, 1), Draw(2, 3, **UNIT), loc=data(0)),
    ] for function in ("pmf", "logpmf")},
    **{f"scipy.stats.binom.{function}": [
        call(data(3), data(7), Draw(**UNIT)),
        call(array_data(1, 3, 4), data(5), Draw(2, 3, **UNIT), loc=data(1)),
        call(data(2), array_data(3, 4), Draw(**UNIT)),
    ] for function in ("pmf", "logpmf")},
}  # fmt: skip
