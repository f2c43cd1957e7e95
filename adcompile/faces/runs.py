"""Several runs of a program for the same arguments: random generators draw the same in all."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from adcompile.errors import BackendError
from adcompile.faces import trees
from adcompile.faces.bound import Bound
from adcompile.frontend.objects import attributes, entered

NUMBA = (
    "this draws of the generators of the modules random or numpy.random, for which Numba has "
    "others, that cannot be made to draw the same in all runs of vjp, jacobian or hessian; make "
    "one, rng = np.random.default_rng(...), or leave out backend='numba'"
)
State = tuple[Callable[[], Any], Callable[[Any], Any]]
"""How the state of a generator is read, and set."""


class Runs:
    """A program's runs for these values.  Generators are left as the first run leaves them.

    They are those among the values, in what the program reads of its module or closure, and the
    ones of the modules `random` and `numpy.random`; draws of the latter in Numba are refused.
    """

    def __init__(self, values: Sequence[Any]) -> None:
        self.values = values
        self.begun: list[tuple[State, Any]] | None = None

    def __call__(self, bound: Bound, more: Sequence[Any] = ()) -> Any:
        """What it gives, called with the values and then `more`: the next run."""
        if self.begun is None:
            begun = [(state, state[0]()) for state in self.states(bound)]
            result = bound(self.values, more)
            self.begun = begun
            return result
        now = [(state, state[0]()) for state, _ in self.begun]
        _put(self.begun)
        try:
            return bound(self.values, more)
        finally:
            _put(now)

    def states(self, bound: Bound) -> Iterable[State]:
        found: dict[int, State] = {}
        for value in (*self.values, *(read() for _, read in bound.closure)):
            _note(value, found)
        if "random." in bound.text:
            if "import numba" in bound.text:
                raise BackendError(NUMBA)
            found[0] = np.random.get_state, np.random.set_state
            found[1] = random.getstate, random.setstate
        return found.values()


def _put(states: list[tuple[State, Any]]) -> None:
    for (_, put), held in states:
        put(held)


def _note(value: Any, found: dict[int, State]) -> None:
    """Add the random generators in a value."""
    below = trees.parts(value)
    if below is not None:
        for _, item in below:
            _note(item, found)
        return
    state = _state(value)
    if state is not None:
        found[id(value)] = state
        return
    with entered(value) as is_first:
        for item in (attributes(value) or {}).values() if is_first else ():
            _note(item, found)


def _state(value: Any) -> State | None:
    if isinstance(value, np.random.Generator):
        value = value.bit_generator
    if isinstance(value, np.random.BitGenerator):
        return functools.partial(getattr, value, "state"), functools.partial(
            setattr, value, "state"
        )
    if isinstance(value, np.random.RandomState):
        return value.get_state, value.set_state
    if isinstance(value, random.Random) and not isinstance(value, random.SystemRandom):
        return value.getstate, value.setstate
    return None
