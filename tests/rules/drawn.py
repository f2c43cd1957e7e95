"""Operands of calls for the tests of rows: numbers drawn at random, and data."""

from __future__ import annotations

from typing import Any

import numpy as np
from rules.row_checks import Case, Data


class Draw:
    """A random operand of a shape, made when the case is run."""

    def __init__(self, *shape: int, low: float = -2.0, high: float = 2.0) -> None:
        self.shape, self.low, self.high = shape, low, high

    def make(self, rng: np.random.Generator) -> Any:
        values = rng.uniform(self.low, self.high, self.shape)
        return values if self.shape else float(values)


class Dominant(Draw):
    """A matrix that is far from singular."""

    def make(self, rng: np.random.Generator) -> Any:
        return super().make(rng) + 6 * np.eye(self.shape[-1])


class Symmetric(Draw):
    """Symmetric positive definite matrices with different eigenvalues."""

    def make(self, rng: np.random.Generator) -> Any:
        values = super().make(rng)
        gaps = np.diag(np.arange(8.0, 8.0 + 3 * self.shape[-1], 3))
        return values + np.swapaxes(np.conj(values), -1, -2) + gaps


class Complex(Draw):
    """An array of complex numbers."""

    def make(self, rng: np.random.Generator) -> Any:
        return super().make(rng) + 1j * super().make(rng)


class ComplexDominant(Dominant, Complex):
    """A complex matrix that is far from singular."""


class Hermitian(Symmetric, Complex):
    """Hermitian positive definite matrices with different eigenvalues."""


class Turning(Draw):
    """Matrices whose eigenvalues are different, two of them complex, far from symmetric."""

    def make(self, rng: np.random.Generator) -> Any:
        n = self.shape[-1]
        turning = np.diag(np.arange(10.0, 10.0 * n + 10.0, 10.0))
        turning[0, 1], turning[1, 0] = 20.0, -30.0
        return super().make(rng) + turning


POSITIVE = Draw(4, low=0.5)
S, ROW, V, M, SQUARE, T3 = Draw(), Draw(3), Draw(4), Draw(3, 4), Draw(3, 3), Draw(2, 3, 4)


def call(*operands: Any, order: int = 2, **options: Any) -> Case:
    return Case(operands, options, order)


def data(value: Any) -> Data:
    return Data(value)


def array_data(*values: Any) -> Data:
    return Data(np.array(values), static=False)


def realised(case: Case, seed: int) -> Case:
    """The case with its random operands drawn."""
    rng = np.random.default_rng(seed)
    options = {name: _make(value, rng) for name, value in case.options.items()}
    return Case(tuple(_make(o, rng) for o in case.operands), options, case.order)


def _make(operand: Any, rng: np.random.Generator) -> Any:
    if isinstance(operand, Draw):
        return operand.make(rng)
    if isinstance(operand, (list, tuple)):
        return type(operand)(_make(item, rng) for item in operand)
    return operand
