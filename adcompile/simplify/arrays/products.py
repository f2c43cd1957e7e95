"""Sums of products, by a letter an axis: np.einsum, matrix products, inner products.

    x @ y                   ij,jk->ik           the sum over j, for each i and k
    np.inner(x, y)          ij,kj->ik
    stack @ y               aij,jk->aik
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_lowercase

from adcompile.simplify.arrays.places import FIRST, Place, Places
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Lit

MATMULS = ("operator.matmul", "numpy.matmul", "numpy.dot")
PRODUCTS = (*MATMULS, "numpy.inner", "numpy.vdot", "numpy.einsum")
SMALL = 8
"""A sum of so many products, known when compiling, is written out: no call is faster."""


@dataclass(frozen=True, slots=True)
class Product:
    """The letters of the factors and of the result, and the length that each letter stands for."""

    terms: tuple[str, ...]
    result: str
    dims: Mapping[str, k.Dim]

    @property
    def letters(self) -> str:
        """Those of the result, then those summed over."""
        return "".join(dict.fromkeys(self.result + "".join(self.terms)))

    @property
    def summed(self) -> list[k.Dim]:
        return [self.dims[letter] for letter in self.letters[len(self.result) :]]

    def places(self, term: str) -> Places:
        """Where the element of a factor is, by the letters as axes."""
        return tuple(
            FIRST if self.dims[letter].is_one else Place(self.letters.index(letter))
            for letter in term
        )

    def order(self) -> list[int]:
        """The axes from the outermost loop in.

        A short sum is made at once; in a longer one the axis along memory is the last.
        """
        axes = [n for n, letter in enumerate(self.letters) if not self.dims[letter].is_one]
        if all(map(is_small, self.summed)):
            return axes
        ends = [term[-1] for term in (*self.terms, self.result) if term]
        along = max(reversed(axes), key=lambda n: ends.count(self.letters[n]), default=-1)
        return [*(n for n in axes if n != along), *(n for n in axes if n == along)]


def is_small(dim: k.Dim) -> bool:
    return dim.length is not None and dim.length <= SMALL


def product_of(eqn: Apply, given: Sequence[tuple[k.Dim, ...]]) -> Product | None:
    """An equation as a sum of products of arrays of these dimensions; None where it is none."""
    found = _subscripts(eqn.op, eqn.args, [len(dims) for dims in given])
    if found is None:
        return None
    terms, result = found
    known: dict[str, k.Dim] = {}
    for term, dims in zip(terms, given, strict=True):
        if len(term) != len(dims) or len(set(term)) != len(term):
            return None
        for letter, dim in zip(term, dims, strict=True):
            if known.setdefault(letter, dim) != dim:
                return None
    if len(set(result)) != len(result) or not all(letter in known for letter in result):
        return None
    return Product(tuple(terms), result, known)


def _subscripts(
    op: str, args: Sequence[Atom], ranks: Sequence[int]
) -> tuple[list[str], str] | None:
    if op == "numpy.einsum":
        return _written(args[0])
    if len(args) != 2 or 0 in ranks:
        return None
    if op in MATMULS and (op != "numpy.dot" or max(ranks) <= 2):
        return _matmul(*ranks)
    if op == "numpy.vdot":
        return ([ascii_lowercase[: ranks[0]]] * 2, "") if ranks[0] == ranks[1] else None
    if max(ranks) > 2:
        return None
    left, right = ("ij", "j")[ranks[0] == 1], ("kj", "j")[ranks[1] == 1]
    return [left, right], "".join(c for c in left + right if c != "j")


def _written(text: Atom) -> tuple[list[str], str] | None:
    """The subscripts of an einsum."""
    if not isinstance(text, Lit) or not isinstance(text.value, str) or "." in text.value:
        return None
    given, arrow, result = text.value.replace(" ", "").partition("->")
    if not arrow:
        letters = sorted(dict.fromkeys(given.replace(",", "")))
        result = "".join(letter for letter in letters if given.count(letter) == 1)
    return given.split(","), result


def _matmul(first: int, second: int) -> tuple[list[str], str]:
    """Of matrices, vectors, and stacks of matrices, whose axes come first."""
    stacks = [ascii_lowercase[: max(0, rank - 2)] for rank in (first, second)]
    whole = max(stacks, key=len)
    stacks = [whole[len(whole) - len(stack) :] for stack in stacks]
    left, right = ("ij", "j")[first == 1], ("jk", "j")[second == 1]
    ends = "".join(c for c in left + right if c != "j")
    return [stacks[0] + left, stacks[1] + right], whole + ends
