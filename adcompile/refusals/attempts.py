"""ADC113 to ADC117: np.errstate and try."""

from adcompile.refusals.pages import Page

PAGES = (
    Page(
        "ADC113",
        "np.errstate that raises",
        "The whole derivative runs under the options of np.errstate, so only those that are about "
        "warnings can be kept.  Test for what should raise.",
        """
import adcompile as ad
import numpy as np

def f(x):
    with np.errstate(divide="raise"):
        return np.log(x)

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad
import numpy as np

def f(x):
    if x == 0:
        raise FloatingPointError("logarithm of zero")
    return np.log(x)

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC115",
        "an exception of your own is caught",
        "Emitted code imports what the primal imports and nothing of yours; it knows Python's own "
        "exceptions and numpy.linalg.LinAlgError.",
        """
import math
import adcompile as ad

class Bad(Exception):
    pass

def f(x):
    try:
        y = math.log(x)
    except Bad:
        y = 0.0
    return y

print(ad.grad(f)(2.0))
""",
        """
import math
import adcompile as ad

def f(x):
    try:
        y = math.log(x)
    except ValueError:
        y = 0.0
    return y

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC116",
        "a recursive call, or a call without a rule in a loop, inside a try",
        "Whether it raises is found out before the derivative is taken, and such a call cannot be "
        "made twice.  Call it before the try.",
        """
import math
import adcompile as ad

def root(x, n):
    try:
        y = math.log(x) if n == 0 else root(x - 1.0, n - 1)
    except ValueError:
        y = x
    return y

print(ad.grad(root)(2.5, 2))
""",
        """
import math
import adcompile as ad

def root(x, n):
    if n > 0:
        return root(x - 1.0, n - 1)
    try:
        y = math.log(x)
    except ValueError:
        y = x
    return y

print(ad.grad(root)(2.5, 2))
""",
    ),
    Page(
        "ADC117",
        "a name that a try may or may not have assigned",
        "A handler, and what follows it, knows how far the statements of the try came before one "
        "raised, and those of its branches and loops, but not those of a with block, or of another "
        "try with finally, inside it.  Give the name a value before that, or in the handler.",
        """
import math
import threading
import adcompile as ad

def f(x):
    y = x
    try:
        with threading.Lock():
            y = x * x
            z = math.log(y - 9.0)
    except ValueError:
        z = y
    return z

print(ad.grad(f)(2.0))
""",
        """
import math
import threading
import adcompile as ad

def f(x):
    y = x * x
    try:
        with threading.Lock():
            z = math.log(y - 9.0)
    except ValueError:
        z = y
    return z

print(ad.grad(f)(2.0))
""",
    ),
)
