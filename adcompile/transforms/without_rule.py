"""What has no rule, in the words of a refusal, and what to write instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Lit

WAYS = {
    "numpy.nditer": "; it goes through an array as that lies in memory: take x.flat, or "
    "np.ndenumerate(x)",
    "sparse matrix": "; it computes in a way of its own: take .toarray() of it, which is an array",
    "masked array": "; it computes in a way of its own: take .filled(...) of it, and np.where",
    "np.matrix": "; it computes in a way of its own: take np.asarray of it, and @ for products",
}


def named(eqn: Apply, kinds: Mapping[Any, Any]) -> str:
    """A call, a method or an operator that has no rule."""
    text, *given = eqn.args
    assert isinstance(text, Lit)
    written = str(text.value)
    owner = next((kinds.get(arg) for arg in given if _is_object(kinds.get(arg))), None)
    of = f" of a {owner.what}" if isinstance(owner, k.Opaque) and owner != OBJECT else ""
    if written.startswith("("):
        return written.strip("()").replace("_0_", "").replace("_1_", "").strip() + of
    if written.startswith("_0_["):
        return f"an item{of}"
    what = written.split("(")[0]
    return what + of if "_0_" not in what else what.replace("_0_.", "the method ") + of


OBJECT = k.Opaque("object")


def _is_object(kind: Any) -> bool:
    return isinstance(kind, k.Opaque) and kind not in (k.STRING, k.NONE, k.UNDEFINED_KIND)


def way(what: str) -> str:
    """What to write in its place, where that is known."""
    return next((way for name, way in WAYS.items() if name in what), "")
