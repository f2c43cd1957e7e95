"""ADC4xx: kinds and values."""

from adcompile.refusals.pages import Page

PAGES = (
    Page(
        "ADC401",
        "the truth of an array",
        "An array has no single truth value; NumPy would raise here.  Use np.any or np.all to "
        "decide once, np.where to decide element by element.",
        """
import adcompile as ad
import numpy as np

def f(x):
    if x > 0.0:
        return np.sum(x)
    return 0.0

print(ad.grad(f)(np.ones(3)))
""",
        """
import adcompile as ad
import numpy as np

def f(x):
    return np.sum(np.where(x > 0.0, x, 0.0))

print(ad.grad(f)(np.ones(3)))
""",
    ),
    Page(
        "ADC402",
        "a function or module is used as a value",
        "A function can be called, passed on and returned from an inner function; it is no number "
        "and has no items.",
        """
import adcompile as ad

def rate(x):
    return 3.0 * x

def f(x):
    return x * rate

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad

def rate(x):
    return 3.0 * x

def f(x):
    return x * rate(x)

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC403",
        "the two sides of an expression are too different",
        "`a if c else b`, `a and b` and `a or b` have one value, whichever side is taken.  Give "
        "both sides one structure.",
        """
import adcompile as ad
import numpy as np

def f(x):
    y = x if x > 1.0 else (x, x)
    return np.sum(y)

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad
import numpy as np

def f(x):
    y = (x, 0.0) if x > 1.0 else (x, x)
    return np.sum(y)

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC404",
        "kinds that have nothing in common meet in one variable",
        "A number on one path and a text, a list or something else on another: the derivative "
        "would have no shape.",
        """
import adcompile as ad

def f(x, n):
    items = [x]
    for i in range(n):
        items.append("none")
    return items[0]

print(ad.grad(f)(2.0, 3))
""",
        """
import adcompile as ad

def f(x, n):
    items = [x]
    for i in range(n):
        items.append(0.0)
    return items[0]

print(ad.grad(f)(2.0, 3))
""",
    ),
    Page(
        "ADC405",
        "what this is is not known when compiling",
        "A decision needs the type of an argument, and nothing says what it is.  Annotate it.",
        """
def f(x):
    if isinstance(x, complex):
        return x.real
    return x * x
""",
        """
def f(x: float):
    if isinstance(x, complex):
        return x.real
    return x * x
""",
    ),
    Page(
        "ADC406",
        "something that cannot be gone through",
        "A loop goes through a range, an array, a list, a tuple or a dictionary of known keys.",
        """
import adcompile as ad

def f(x, n):
    total = x
    for i in 3.0:
        total = total * x
    return total

print(ad.grad(f)(2.0, 3))
""",
        """
import adcompile as ad

def f(x, n):
    total = x
    for i in range(n):
        total = total * x
    return total

print(ad.grad(f)(2.0, 3))
""",
    ),
    Page(
        "ADC407",
        "a key that is not known when compiling, in a dictionary that is given",
        "A dictionary that is an argument has the keys that it comes with.  In one made in the "
        "function, keys may be what they are at run time.",
        """
import adcompile as ad

def f(table, n):
    table[n] = table[0] * 2.0
    return table[0] * table[1]

print(ad.grad(f)({0: 2.0, 1: 3.0}, 1))
""",
        """
import adcompile as ad

def f(table, n):
    made = {}
    for key, value in table.items():
        made[key] = value
    made[n] = made[0] * 2.0
    return made[0] * made[1]

print(ad.grad(f)({0: 2.0, 1: 3.0}, 1))
""",
    ),
    Page(
        "ADC408",
        "how many items this has is not known when compiling",
        "Each item is an argument of its own of a function that is not written in Python.  Pass "
        "the array or the list as a whole, to a function that takes one, or name its items.  "
        "Called from Python, up to 32 items of an argument are known; on the command line its "
        "annotation says how many there are: Float[np.ndarray, '3'].",
        """
import math
import adcompile as ad
import numpy as np

def f(x):
    last = [v for v in x if v > 0.5]
    return math.atan2(*last)

print(ad.grad(f)(np.array([0.2, 0.7, 0.9])))
""",
        """
import math
import adcompile as ad
import numpy as np

def f(x):
    last = [v for v in x if v > 0.5]
    return math.atan2(last[0], last[1])

print(ad.grad(f)(np.array([0.2, 0.7, 0.9])))
""",
    ),
    Page(
        "ADC409",
        "an index out of range",
        "The number of items is known here, and there is none at this place.",
        """
import adcompile as ad

def f(x):
    pair = (x, x * x)
    return pair[2]

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad

def f(x):
    pair = (x, x * x)
    return pair[1]

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC410",
        "a dictionary without this key",
        "The keys are known here, and this is none of them; Python would raise a KeyError.",
        """
import adcompile as ad

def f(p):
    return p["weight"] * p["bias"]

print(ad.grad(f)({"w": 2.0, "bias": 1.0}))
""",
        """
import adcompile as ad

def f(p):
    return p["w"] * p["bias"]

print(ad.grad(f)({"w": 2.0, "bias": 1.0}))
""",
    ),
    Page(
        "ADC411",
        "which items of a list a slice with a step leaves is not known when compiling",
        "A slice of a list may be deleted or assigned between any places; every how many items, a "
        "constant must say.  Or make a new list of those that stay.",
        """
import adcompile as ad

def f(x, n):
    values = [x, x * x, x * x * x]
    del values[::n]
    return sum(values)

print(ad.grad(f)(2.0, 2))
""",
        """
import adcompile as ad

def f(x, n):
    values = [x, x * x, x * x * x]
    values = [value for i, value in enumerate(values) if i % n]
    return sum(values)

print(ad.grad(f)(2.0, 2))
""",
    ),
    Page(
        "ADC412",
        "two files define exceptions of one name, and not alike",
        "The functions of several files come together in one module of derivatives, which has each "
        "class of exception once.  Rename one of the two.",
        """
import other

class Outside(ValueError):
    pass

def f(x: float):
    if x < 0.0:
        raise Outside
    return x * other.g(x)

# file: other.py
class Outside(ArithmeticError):
    pass

def g(x):
    if x > 9.0:
        raise Outside
    return x * x
""",
        """
import other

class Outside(ValueError):
    pass

def f(x: float):
    if x < 0.0:
        raise Outside
    return x * other.g(x)

# file: other.py
class Above(ArithmeticError):
    pass

def g(x):
    if x > 9.0:
        raise Above
    return x * x
""",
    ),
    Page(
        "ADC413",
        "whether these are the same object is not known when compiling",
        "`is` asks for places in memory, which the derivative does not share.  Compare values.",
        """
import adcompile as ad

def f(x, n):
    if n is 3:
        return x * x
    return x

print(ad.grad(f)(2.0, 3))
""",
        """
import adcompile as ad

def f(x, n):
    if n == 3:
        return x * x
    return x

print(ad.grad(f)(2.0, 3))
""",
    ),
    Page(
        "ADC414",
        "an object from outside that can be called, and is no function",
        "What a function takes from outside is passed to its derivative as an argument, and an "
        "object whose source cannot be read is nothing that can be passed.  Make it a function.",
        """
from operator import itemgetter

import adcompile as ad
import numpy as np

def made(first):
    def f(x):
        return first(x) * x[1]

    return f

print(ad.grad(made(itemgetter(0)))(np.array([2.0, 3.0])))
""",
        """
import adcompile as ad
import numpy as np

def made(first):
    def f(x):
        return first(x) * x[1]

    return f

def item(x):
    return x[0]

print(ad.grad(made(item))(np.array([2.0, 3.0])))
""",
    ),
)
