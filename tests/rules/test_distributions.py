"""The normal distribution of scipy.stats, as programs of finance and statistics call it."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import adcompile as ad

st = pytest.importorskip("scipy.stats")
norm = st.norm


def black_scholes(S, K, T, r, sigma, kind="call"):
    d1 = (np.log(S / K) + (r + 0.5 * sigma**2) * T) / (sigma * np.sqrt(T))
    d2 = d1 - sigma * np.sqrt(T)
    if kind == "call":
        return S * norm.cdf(d1) - K * np.exp(-r * T) * norm.cdf(d2)
    return K * np.exp(-r * T) * st.norm.cdf(-d2) - S * st.norm.cdf(-d1)


def likelihood(theta, x):
    return -np.sum(st.norm.logpdf(x, loc=theta[0], scale=np.exp(theta[1])))


def censored(theta, x, limit):
    inside = norm.logpdf(x[x < limit], theta[0], theta[1])
    outside = norm.logsf(limit, theta[0], theta[1]) + norm.logcdf(-limit, scale=theta[1])
    return inside.sum() + np.count_nonzero(x >= limit) * outside


def quantiles(theta, q):
    tails = norm.ppf(q, theta[0], theta[1]) * norm.isf(q, theta[1])
    return np.sum(tails + norm.sf(q) * norm.pdf(q, theta[0]))


def given_first(theta, x):
    prior, noise = norm(loc=0.0, scale=2.0), st.norm(theta[0], theta[1])
    total = prior.logpdf(theta[0]) + prior.mean() + np.sum(prior.rvs(3, random_state=1))
    for v in x:
        total += noise.logpdf(v) + noise.cdf(v)
    return total + st.gamma(theta[1], scale=theta[0]).logpdf(0.7) + st.poisson(theta[1]).logpmf(2)


def changed_later(theta, x):
    loc = theta[0] * x
    d = norm(loc, theta[1])
    loc[0] = 5.0 * theta[0]
    return np.sum(d.logpdf(x))


class Model:
    def __init__(self, theta):
        self.noise = {"x": norm(theta[0], theta[1])}

    def log_likelihood(self, x):
        return np.sum(self.noise["x"].logpdf(x))


def in_an_object(theta, x):
    return Model(theta).log_likelihood(x)


def anew_each_turn(theta, x):
    for i in range(3):
        d = norm(theta[0] * i, theta[1])
        x = x + d.cdf(x)
    return np.sum(x)


def entropy(theta, x):
    return norm(theta[0], theta[1]).entropy() + np.sum(norm(theta[0]).logpdf(x))


def on_each_path(theta, x):
    d = norm(theta[0], theta[1]) if x[0] > 0 else norm(theta[1])
    return np.sum(d.logpdf(x))


def shape_of_a_share(theta, x):
    return st.gamma(theta[0]).cdf(x[0])


X = np.array([0.3, -1.2, 0.7, 1.9, 0.1])
Q = np.array([0.1, 0.5, 0.72])
THETA = np.array([0.4, 0.8])


def step(f, args, n, h):
    """The program with its argument n moved, along ones."""
    return f(*(arg + h if i == n else arg for i, arg in enumerate(args)))


@pytest.mark.parametrize(
    ("f", "args", "wrt"),
    [
        (black_scholes, (100.0, 105.0, 0.5, 0.03, 0.2), range(5)),
        (black_scholes, (100.0, 105.0, 0.5, 0.03, 0.2, "put"), range(5)),
        (black_scholes, (np.array([90.0, 100.0]), 105.0, 0.5, 0.03, 0.2), ()),
        (likelihood, (THETA, X), (0, 1)),
        (censored, (THETA, X, 0.9), (0, 1)),
        (quantiles, (THETA, Q), (0, 1)),
        (given_first, (THETA, X), (0, 1)),
        (changed_later, (THETA, X), (0, 1)),
        (in_an_object, (THETA, X), (0, 1)),
        (anew_each_turn, (THETA, X), (0, 1)),
    ],
)
def test_programs(f, args, wrt):
    for n in wrt:
        bar = ad.grad(f, wrt=n)(*args)
        assert np.shape(bar) == np.shape(args[n])
        h = 1e-6 * np.max(np.abs(args[n]))
        expected = (step(f, args, n, h) - step(f, args, n, -h)) / (2 * h)
        np.testing.assert_allclose(np.sum(bar), expected, rtol=2e-7, atol=1e-9)
        second = ad.hvp(lambda a: f(*args[:n], a, *args[n + 1 :]))
        turned = second((args[n],), (np.ones_like(args[n]),))[0]
        moved = [ad.grad(f, wrt=n)(*args[:n], args[n] + s * h, *args[n + 1 :]) for s in (1, -1)]
        np.testing.assert_allclose(turned, (moved[0] - moved[1]) / (2 * h), rtol=1e-5, atol=1e-7)
    if not wrt:
        delta = ad.jvp(f, args, (np.ones(2), None, None, None, None))[1]
        h = 1e-4
        expected = (step(f, args, 0, h) - step(f, args, 0, -h)) / (2 * h)
        np.testing.assert_allclose(delta, expected, rtol=1e-7)


@pytest.mark.parametrize("f", [entropy, on_each_path, shape_of_a_share])
def test_what_has_no_row_is_refused(f):
    with pytest.raises(ad.RejectedError, match=r"no rule for .*scipy\.stats") as found:
        ad.grad(f)(THETA, X)
    assert found.value.code == "ADC504"


def test_what_only_functions_with_rows_are_asked_of_is_not_made():
    text = ad.differentiate(in_an_object, wrt="theta").source("adjoint", THETA, X)
    assert "stats.norm(" not in text and "norm.logpdf(" in text


def outside(theta, x):
    expon = st.expon.logpdf(x, theta[0]) + st.lognorm.pdf(x, theta[1], theta[0])
    return np.sum(np.where(x < theta[0], expon, 0.0) + st.uniform.pdf(x, 0.5, theta[1]))


def test_nothing_flows_from_outside():
    with np.errstate(all="ignore"):
        bar = ad.grad(outside, wrt="x")(THETA, np.array([0.1, -3.0, 0.2]))
    np.testing.assert_array_equal(bar, [0.0, 0.0, 0.0])


FILE = '''
import numpy as np
from scipy.stats import norm


def price(S: float, K: float, sigma: float) -> float:
    d1 = np.log(S / K) / sigma + 0.5 * sigma
    return S * norm.cdf(d1) - K * norm.cdf(d1 - sigma)
'''


def test_from_a_file(tmp_path):
    file = tmp_path / "price.py"
    file.write_text(FILE)
    done = [sys.executable, "-m", "adcompile", str(file), "--mode", "adjoint", "-o", "-"]
    text = subprocess.run(done, capture_output=True, text=True, check=True).stdout
    names: dict = {}
    exec(text, names)
    scope: dict = {}
    exec(FILE, scope)
    value, bars = names["price_adjoint"](100.0, 105.0, 0.2)
    assert value == scope["price"](100.0, 105.0, 0.2)
    expected = [
        (scope["price"](*up) - scope["price"](*down)) / 2e-6
        for up, down in (
            ((100 + 1e-6, 105, 0.2), (100 - 1e-6, 105, 0.2)),
            ((100, 105 + 1e-6, 0.2), (100, 105 - 1e-6, 0.2)),
            ((100, 105, 0.2 + 1e-6), (100, 105, 0.2 - 1e-6)),
        )
    ]
    np.testing.assert_allclose(bars, expected, rtol=1e-6)
