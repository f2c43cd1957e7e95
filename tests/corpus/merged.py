"""Dictionaries of any keys that are merged with others: spread, |, |= and update."""

from __future__ import annotations

import numpy as np

from corpus.cases import add

P = {"a": 0.4, "b": 0.7}
Q = {"b": 0.9, "c": 0.2}
A = {"a": np.array([0.3, 0.2]), "b": np.array([0.5, 0.1])}


def spread_last(p: dict[str, float], x: float) -> float:
    d = {"a": 1.0, "k": x, **p}
    return d["a"] * d["k"] * x + len(d)


def spread_first(p: dict[str, float], x: float) -> float:
    d = {**p, "a": x, "k": x * x}
    return sum(v * v for v in d.values())


def both_spread(p: dict[str, float], q: dict[str, float], x: float) -> float:
    d = {**p, "c": x * x, **q, "k": x}
    d["b"] *= 2.0
    return sum(v * v for v in d.values()) + p["b"] * q["b"]


def united_with_what_is_given(p: dict[str, float], x: float) -> float:
    d = {"a": 1.0, "k": x} | p
    return d["a"] * d["k"] * x


def given_and_united(p: dict[str, float], q: dict[str, float], x: float) -> float:
    d = p | {"a": x, "k": x * x}
    e = p | q
    e |= {"k": x * x}
    return sum(v * v for v in d.values()) * sum(e.values()) + p["a"]


def updated_by_what_is_given(p: dict[str, float], x: float) -> float:
    d = {"a": 1.0, "k": x}
    d.update(p)
    d.setdefault("z", x * x)
    return d["a"] * d["k"] * d["z"]


def of_arrays(p: dict[str, np.ndarray], x: float) -> float:
    d = {"k": np.ones(2) * x, **p}
    d["k"] = d["k"] * d["a"]
    return sum(np.sum(v * v) for v in d.values()) * np.sum(p["a"])


add(spread_last, P, 0.3)
add(spread_first, P, 0.3)
add(both_spread, P, Q, 0.3)
add(united_with_what_is_given, P, 0.3)
add(given_and_united, P, Q, 0.3)
add(updated_by_what_is_given, P, 0.3)
add(of_arrays, A, 0.3)
