"""Checks of a program for all lengths at once, compiled by its annotations.

The derivatives with all passes are held against those without any, against each other, and against
the dual-number oracle, at every pair of lengths: ones, zeros and equal lengths among them.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from corpus.check import numbers, random_like

import adcompile as ad
from adcompile.errors import BackendError, RejectedError
from adcompile.frontend import sources
from adcompile.frontend.annotations import annotated
from adcompile.frontend.signature import real
from adcompile.passes import ALL, PASSES, Passes
from mixed import check
from mixed.check import Checked, Outcome, Wrong, agree

SIZES = ((4, 3), (3, 5), (2, 2), (5, 4), (1, 3), (3, 1), (0, 2), (2, 0), (1, 1), (6, 2))
NONE = Passes(tuple(PASSES))


def values(n: int, m: int, seed: int = 7) -> dict[str, Any]:
    """Arguments of these lengths."""
    rng = np.random.default_rng(seed)
    o = 1 + (n + m) % 3

    def array(*shape: int) -> np.ndarray:
        return np.round(rng.uniform(-1.3, 1.3, shape), 4)

    return {
        "x": 0.7131, "y": -0.4267, "u": array(n), "v": array(n), "w": array(m), "A": array(n, m),
        "B": array(n, n), "k": rng.integers(0, max(n, 1), n), "n": n, "m": m, "o": o,
        "C": array(m, o), "T": array(n, m, o), "S": array(o, n, m),
        "g": rng.integers(-m, max(m, 1), n), "h": rng.integers(-m, max(m, 1), m),
        "e": rng.integers(-n, max(n, 1), (m, o)), "on": rng.integers(0, 2, n) > 0,
    }  # fmt: skip


class AtLengths(Checked):
    """A program at arguments of one pair of lengths."""

    def __init__(
        self, function: Callable[..., Any], size: tuple[int, int], seed: int,
        known: dict[Any, Any], by_values: bool,
    ) -> None:  # fmt: skip
        self.values = values(*size, seed)
        self.known, self.by_values = known, by_values
        super().__init__(function, seed)

    def kinds(self, general: bool = False) -> Mapping[str, Any]:
        if general or self.by_values:
            return super().kinds(general)
        kinds = annotated(sources.of_callable(self.function))
        return {name: real(kind) if name in self.wrt else kind for name, kind in kinds.items()}

    def compiled(self, *modes: str, general: bool = False, passes: Passes = ALL) -> Any:
        """Once for all lengths, but where the kinds are of the arguments."""
        key = modes, general, passes, repr(self.kinds()) if self.by_values else ""
        if key not in self.known:
            self.known[key] = super().compiled(*modes, general=general, passes=passes)
        return self.known[key]

    def with_and_without(self) -> None:
        """The derivatives are the same with all passes and without any."""
        self.first_order()
        if self.error is not None:
            return
        ways, seed = list(self.ways.values()), random_like(self.value, self.rng)
        for mode, more in (("tangent", ways), ("adjoint", [seed])):
            plain = self.call(self.compiled(mode, passes=NONE), *more)
            found = self.call(self.compiled(mode), *more)
            agree(found, plain, check.TOLERANCE, f"{mode} with passes and without")

    def raises(self, function: Any, *more: Any) -> None:
        """As the program; but another error may come first, and what nobody reads is not read."""
        try:
            function(*self.args(), *more)
        except Exception as error:
            if type(error) not in (type(self.error), IndexError, ValueError, TypeError):
                raise Wrong(f"raises {error!r}, and the program {self.error!r}") from error

    @property
    def is_moderate(self) -> bool:
        """Can derivatives be compared to many digits?"""
        if self.error is not None:
            return True
        sizes = np.abs(np.concatenate((numbers(self.value).ravel(), self.value_dot.ravel())))
        return bool(np.max(sizes, initial=0.0) < 1e4)

    def nopython(self) -> None:
        """Compiled by Numba the adjoint is the same."""
        if self.error is not None:
            return
        seed = random_like(self.value, self.rng)
        plain = self.call(self.compiled("adjoint", passes=NONE), seed)
        name = ("numba", "adjoint")
        if name not in self.known:
            self.known[name] = ad.adjoint(self.function, wrt=self.wrt, backend="numba")
        found = self.known[name](*self.args(), copy.deepcopy(seed))
        agree(numbers(found), numbers(plain), check.TOLERANCE, "adjoint by Numba")


def outcome(text: str, number: int = 0, numba: int = 30) -> Outcome:
    """Check a program at four pairs of lengths; some to order two or general, some by Numba."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        function = check.load(text)
        try:
            return _outcome(function, number, number % numba == 7)
        except RejectedError as error:
            return Outcome("refused", error.code, why=error.msg)
        except BackendError:
            return Outcome("refused", "Numba")
        except (TypeError, ValueError) as error:
            if str(error).startswith(("annotate", "an array is in neither")):
                return Outcome("refused", "when it runs", why=str(error))
            raise
        finally:
            check.forget(function)


def _outcome(function: Any, number: int, numba: bool) -> Outcome:
    known: dict[Any, Any] = {}
    words = []
    special = (SIZES[4 + (number + i) % 6] for i in (0, 3))
    sizes = [SIZES[number % 2], SIZES[2 + number % 2], *special]
    for place, size in enumerate(sizes):
        by_values = number % 5 == 4
        program = AtLengths(function, size, number, known, by_values)
        if not program.is_moderate:
            words.append("immoderate")
            continue
        words.append("right" if program.error is None else "raised")
        try:
            program.with_and_without()
            if number % 10 == 3 and place < 3:
                program.second_order()
            if number % 10 == 9 and place < 2:
                program.first_order(general=True)
            if numba and place < 2:
                program.nopython()
        except Wrong as error:
            raise Wrong(f"{error} at lengths {size}") from error
    return Outcome("right" if "right" in words else words[0], by=program.by)
