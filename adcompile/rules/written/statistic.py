"""Functions of the module statistics, written out in the accepted language.

What they sum up they sum exactly, as the module does; it then rounds once, these at each step.
The mean, and what the module gives in the type of the data, is of single width where the data is.
"""

from __future__ import annotations

import math
import statistics

import numpy as np

from adcompile.rules.written.facts import is_single, refuse


def _wide_as(result, value):
    return np.float32(result) if is_single(value) else result


def mean(data):
    values = list(data)
    if len(values) < 1:
        raise statistics.StatisticsError("mean requires at least one data point")
    return _wide_as(math.fsum(values) / len(values), values[0])


def fmean(data, weights=None):
    values = list(data)
    if weights is None:
        if len(values) < 1:
            raise statistics.StatisticsError("fmean requires at least one data point")
        return math.fsum(values) / len(values)
    shares = list(weights)
    if len(values) != len(shares):
        raise statistics.StatisticsError("data and weights must be the same length")
    total = math.fsum(shares)
    if total == 0.0:
        raise statistics.StatisticsError("sum of weights must be non-zero")
    return math.fsum([v * w for v, w in zip(values, shares)]) / total


def geometric_mean(data):
    values = [math.log(v) for v in data]
    if len(values) < 1:
        raise statistics.StatisticsError(
            "geometric mean requires a non-empty dataset containing positive numbers"
        )
    return math.exp(math.fsum(values) / len(values))


def harmonic_mean(data, weights=None):
    if weights is not None:
        refuse("harmonic_mean takes no weights here: sum(w) / sum(w / v)")
    values = list(data)
    if len(values) < 1:
        raise statistics.StatisticsError("harmonic_mean requires at least one data point")
    if min(values) < 0.0:
        raise statistics.StatisticsError("harmonic mean does not support negative values")
    if min(values) == 0.0:
        return len(values) * min(values)
    return _wide_as(len(values) / math.fsum([1.0 / v for v in values]), values[0])


def median(data):
    ordered = sorted(data)
    n = len(ordered)
    if n == 0:
        raise statistics.StatisticsError("no median for empty data")
    if n % 2 == 1:
        return ordered[n // 2]
    return (ordered[n // 2 - 1] + ordered[n // 2]) / 2


def median_low(data):
    ordered = sorted(data)
    n = len(ordered)
    if n == 0:
        raise statistics.StatisticsError("no median for empty data")
    return ordered[(n - 1) // 2]


def median_high(data):
    ordered = sorted(data)
    n = len(ordered)
    if n == 0:
        raise statistics.StatisticsError("no median for empty data")
    return ordered[n // 2]


def _middle(values, centre):
    return math.fsum(values) / len(values) if centre is None else centre


def _squares(values, centre):
    return math.fsum([(v - centre) ** 2 for v in values])


def _distance(values, centre):
    return math.dist(values, [centre] * len(values))


def variance(data, xbar=None):
    values = list(data)
    if len(values) < 2:
        raise statistics.StatisticsError("variance requires at least two data points")
    return _wide_as(_squares(values, _middle(values, xbar)) / (len(values) - 1), values[0])


def pvariance(data, mu=None):
    values = list(data)
    if len(values) < 1:
        raise statistics.StatisticsError("pvariance requires at least one data point")
    return _wide_as(_squares(values, _middle(values, mu)) / len(values), values[0])


def stdev(data, xbar=None):
    values = list(data)
    if len(values) < 2:
        raise statistics.StatisticsError("stdev requires at least two data points")
    return _distance(values, _middle(values, xbar)) / math.sqrt(len(values) - 1)


def pstdev(data, mu=None):
    values = list(data)
    if len(values) < 1:
        raise statistics.StatisticsError("pstdev requires at least one data point")
    return _distance(values, _middle(values, mu)) / math.sqrt(len(values))


def _moments(x, y, name):
    """The sums of products and squares of the differences from the means, and these."""
    first, second = list(x), list(y)
    n = len(first)
    if len(second) != n:
        raise statistics.StatisticsError(
            name + " requires that both inputs have same number of data points"
        )
    if n < 2:
        raise statistics.StatisticsError(name + " requires at least two data points")
    a, b = math.fsum(first) / n, math.fsum(second) / n
    sxy = math.fsum([(v - a) * (w - b) for v, w in zip(first, second)])
    sxx = math.fsum([(v - a) ** 2 for v in first])
    syy = math.fsum([(w - b) ** 2 for w in second])
    return sxy, sxx, syy, a, b, n


def covariance(x, y):
    sxy, _, _, _, _, n = _moments(x, y, "covariance")
    return sxy / (n - 1)


def correlation(x, y):
    sxy, sxx, syy, _, _, _ = _moments(x, y, "correlation")
    if sxx * syy == 0.0:
        raise statistics.StatisticsError("at least one of the inputs is constant")
    return sxy / math.sqrt(sxx * syy)


FUNCTIONS = {
    function.__name__: function
    for function in (
        mean, fmean, geometric_mean, harmonic_mean, median, median_low, median_high, variance,
        pvariance, stdev, pstdev, covariance, correlation,
    )
}  # fmt: skip
