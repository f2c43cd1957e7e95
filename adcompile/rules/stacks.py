"""The texts of columns for one matrix or a stack of them, of real or complex numbers.

For one real matrix they are the short ones: `y.T`, `np.diag(m)`; for a stack the same of its last
two axes, and for complex numbers with the conjugates.
"""

from __future__ import annotations

from dataclasses import dataclass

from adcompile.rules.build import Builder
from adcompile.rules.columns import evaluate
from adcompile.rules.kinks import Names
from adcompile.rules.ranks import dtype_text, rank_known, rank_of
from adcompile.rules.table import RuleError
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom

UNKNOWN = 3  # what is right for a stack is right for one matrix


@dataclass(frozen=True, slots=True)
class Texts:
    """Where the texts need the identity matrix, it is the name `eye`."""

    rank: int
    complex: bool

    def t(self, name: str) -> str:
        """The transpose."""
        return f"{name}.T" if self.rank == 2 else f"np.swapaxes({name}, -1, -2)"

    def h(self, name: str) -> str:
        """The conjugate transpose."""
        return self.t(self.conj(name))

    def conj(self, text: str) -> str:
        return f"np.conj({text})" if self.complex else text

    def real(self, text: str) -> str:
        return f"np.real({text})" if self.complex else text

    def diagonal(self, text: str) -> str:
        """The diagonal of a square matrix."""
        return f"np.diag({text})" if self.rank == 2 else f"np.sum(eye * ({text}), axis=-1)"

    def spread(self, text: str) -> str:
        """The matrix with this diagonal."""
        return f"np.diag({text})" if self.rank == 2 else f"(eye * {self.row(text)})"

    def row(self, text: str) -> str:
        """A vector that multiplies columns."""
        return text if self.rank == 2 else f"np.expand_dims({text}, -2)"

    def column(self, text: str) -> str:
        """A vector that multiplies rows."""
        return f"np.expand_dims({text}, -1)"

    def mirrored(self, text: str, triangle: str = "L") -> str:
        """The Hermitian matrix that has this triangle."""
        part, step = ("tril", -1) if triangle == "L" else ("triu", 1)
        if not self.complex:
            return f"np.{part}({text}) + {self.t(f'np.{part}({text}, {step})')}"
        half = f"0.5 * np.{part}({text}) + 0.5 * np.{part}({text}, {step})"
        return f"{half} + {self.h(f'({half})')}"

    def folded(self, text: str, triangle: str = "L") -> str:
        """The transpose of mirroring, for the gradient by a Hermitian matrix: its conjugate."""
        part, step = ("tril", -1) if triangle == "L" else ("triu", 1)
        whole = f"np.{part}({text}) + np.{part}({text}, {step})"
        return f"np.conj({whole})" if self.complex else whole


def texts_of(build: Builder, names: Names, name: str, op: str) -> Texts:
    """The texts for an operand, where its rank is not known those of a stack; RuleError where the
    rank is too small."""
    rank = rank_of(build, names, name, op) if rank_known(build, names, name) else UNKNOWN
    if rank < 2:
        raise RuleError(f"{op} takes a matrix")
    return Texts(rank, k.dtype_of(build.kind(names[name])) == "complex")


def identity(build: Builder, names: Names, length: str, like: str = "x") -> Atom:
    """The identity matrix, as wide as `like`, of this length.  The width of what comes from
    complex numbers is known when it runs."""
    dtype = dtype_text(build.kind(names[like]))
    if k.dtype_of(build.kind(names["x"])) == "complex":
        dtype = f", dtype={like}.dtype"
    return evaluate(f"np.eye({length}{dtype})", names, build)
