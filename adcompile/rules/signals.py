"""Interpolation, quadrature, polynomials, convolution."""

from __future__ import annotations


def add_rows() -> None:
    """None yet."""
