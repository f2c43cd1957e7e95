"""Trace -> Python source text."""

from adcompile.emit.module import module

__all__ = ["module"]
