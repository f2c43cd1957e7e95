"""The pseudo-inverse without the singular values that `rcond` cuts off, where these are not zero.

It is f(x).T for f(u @ diag(s) @ v.T) = u @ diag(f(s)) @ v.T, with f(s) = 1 / s of what is kept and
0 of the rest; how many are kept stays.  The derivative of such a function is symmetric: the adjoint
is what the tangent is, of y_bar.T.
"""

from __future__ import annotations

from adcompile.rules.build import Builder
from adcompile.rules.columns import evaluate
from adcompile.rules.kinks import Names
from adcompile.rules.stacks import Texts, identity
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Atom

WEIGHTS = {
    "kept": "s > {rcond} * np.max(s, axis=-1, keepdims=True)",
    "t": "np.where(kept, 1 / np.where(kept, s, 1), 0)",  # f(s)
    "mixed": "np.expand_dims(kept, -1) != np.expand_dims(kept, -2)",
    "gap": "np.expand_dims(s ** 2, -1) - np.expand_dims(s ** 2, -2)",
    "apart": "np.where(mixed, np.abs(gap), 1)",
    "crossed": "np.expand_dims(t, -1) * np.expand_dims(s, -2)",
    "both": "crossed + np.swapaxes(crossed, -1, -2)",
    "direct": "np.where(mixed, 1 / apart, 0)",
    "turned": "np.where(mixed, both / apart, -np.expand_dims(t, -1) * np.expand_dims(t, -2))",
}


def is_cut(build: Builder, names: Names) -> bool:
    """Is it said what is cut off?  The default cuts off what is zero but for rounding."""
    rcond = names["rcond"]
    return rcond != NOTHING and build.kind(rcond) != k.NONE


def decomposed(build: Builder, names: Names, texts: Texts) -> dict[str, Atom]:
    """The singular vectors and values of x, and what the derivative weighs them with."""
    scope = {**names, "parts": evaluate("np.linalg.svd(x, full_matrices=False)", names, build)}
    for number, name in enumerate(("u", "s", "w")):
        scope[name] = evaluate(f"parts[{number}]", scope, build)
    rcond = "rcond" if k.is_scalar(build.kind(names["rcond"])) else "np.expand_dims(rcond, -1)"
    for name, text in WEIGHTS.items():
        scope[name] = evaluate(text.format(rcond=rcond), scope, build)
    scope["eye"] = identity(build, names, "np.shape(x)[-2]")
    scope["left"] = evaluate(f"eye - u @ {texts.h('u')}", scope, build)
    scope["eye"] = identity(build, names, "np.shape(x)[-1]")
    scope["right"] = evaluate(f"eye - {texts.h('w')} @ w", scope, build)
    scope["squares"] = evaluate("np.expand_dims(t ** 2, -2)", scope, build)
    return scope


def moved(build: Builder, scope: dict[str, Atom], texts: Texts, way: Atom) -> Atom:
    """How f(x) moves where x moves this way."""
    scope = {**scope, "way": way}
    scope["inner"] = evaluate(f"{texts.h('u')} @ way @ {texts.h('w')}", scope, build)
    scope["between"] = evaluate(f"direct * inner + turned * {texts.h('inner')}", scope, build)
    beyond = f"left @ way @ ({texts.h('w')} * squares) @ w"
    before = f"(u * squares) @ {texts.h('u')} @ way @ right"
    return evaluate(f"u @ between @ w + {beyond} + {before}", scope, build)
