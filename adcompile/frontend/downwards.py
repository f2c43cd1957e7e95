"""Functions that go down into an object, and change it: a call of one is given a part of what the
call around it has.

    class Layer:                                 class Sequential(Layer):
        def __call__(self, x):                       def forward(self, x):
            self.last = self.forward(x)                  for layer in self.layers:
            return self.last                                 x = layer(x)
                                                         return x

Such a function calls itself, but no deeper than the object is: it is written out at each call, as
what it changes is then known.  Others have a trace of their own (recursion.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcompile.frontend.summaries import Key, key_of
from adcompile.frontend.values import Again, Closure, Frame, Identity, Obj, Struct, Value

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


def learn(low: Lowerer) -> None:
    """The function being lowered changes an object that it is given: try writing it out."""
    key = key_of(Closure(low.frame.function))
    if ("downwards", key) not in low.learned:
        low.learned["downwards", key] = True
        low.recursion.found.pop(key, None)
        low.recursion.forget()
        raise Again


def goes_down(low: Lowerer, key: Key, running: Sequence[Frame], args: Sequence[Value]) -> bool:
    """Is this call of such a function given a part of the object that the call around it has?"""
    if ("downwards", key) not in low.learned or not args or not isinstance(args[0], Obj):
        return False
    parameters = running[-1].function.node.args
    names = [each.arg for each in (*parameters.posonlyargs, *parameters.args)]
    given = [low.state.names[frame.number].get(names[0]) for frame in running] if names else []
    whole = given[-1] if given else None
    if not isinstance(whole, Obj) or args[0] in given:
        return False
    return args[0].identity in _parts(low, whole)


def _parts(low: Lowerer, whole: Obj) -> dict[Identity, None]:
    """The objects, lists and dictionaries that can be reached from one."""
    found: dict[Identity, None] = {}
    open_: list[Value] = [whole]
    while open_:
        value = open_.pop()
        if isinstance(value, Struct):
            open_ += value.items
        elif isinstance(value, Obj) and value.identity not in found:
            found[value.identity] = None
            open_ += low.state.items[value.identity].values()
    return found
