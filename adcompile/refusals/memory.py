"""ADC3xx: memory and aliases."""

from adcompile.refusals.pages import Page

PAGES = (
    Page(
        "ADC301",
        "an array that may share its memory with one that was changed",
        "Two names may stand for the same memory, here on one path only or in some turns only.  "
        "After a change through one of them it is not known what the other one sees.  Copy one of "
        "them before the change, or write through one name only.",
        """
import adcompile as ad
import numpy as np

def f(x):
    u = x.copy()
    v = u[:2]
    for i in range(3):
        v[0] = v[1] * 1.5 + i
        v = u[i : i + 2]
    return np.sum(u * v[0])

print(ad.grad(f)(np.arange(5.0)))
""",
        """
import adcompile as ad
import numpy as np

def f(x):
    u = x.copy()
    place = 0
    for i in range(3):
        u[place] = u[place + 1] * 1.5 + i
        place = i
    return np.sum(u * u[place])

print(ad.grad(f)(np.arange(5.0)))
""",
    ),
    Page(
        "ADC302",
        "a number that stays, or a view that changes",
        "x[i] is a number where x has one axis, and a view into x where it has more.  After x has "
        "changed the number is still the same and the view is not.  Say which: annotate the rank.",
        """
def f(x):
    first = x[0]
    x[0] = 2.0
    return first * x[0]
""",
        """
import numpy as np

def f(x: "Float[np.ndarray, 'n']"):
    first = x[0]
    x[0] = 2.0
    return first * x[0]
""",
    ),
    Page(
        "ADC303",
        "a name is something else on each path or in each turn",
        "A number on one path and a tuple, a function or a dictionary of other keys on another "
        "cannot be one value.  Give the name one structure on all paths.",
        """
import adcompile as ad

def f(x):
    if x > 1.0:
        y = (x, x)
    else:
        y = (x, x, x)
    return y[0] * y[1]

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad

def f(x):
    if x > 1.0:
        y = (x, x, 0.0)
    else:
        y = (x, x, x)
    return y[0] * y[1]

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC304",
        "a name that was deleted",
        "del took the name away; Python would raise here.",
        """
import adcompile as ad

def f(x):
    y = x * x
    del y
    return y

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad

def f(x):
    y = x * x
    z = y * x
    del y
    return z

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC305",
        "a recursive function overwrites an array that it is given twice",
        "The function is compiled for arrays that have their memory for themselves.  Pass a copy "
        "of one of them.",
        """
import adcompile as ad
import numpy as np

def fill(a, b, n):
    if n > 0:
        a[n] = b[0] * n
        fill(a, b, n - 1)

def f(x):
    y = x * 1.0
    fill(y, y, 2)
    return np.sum(y)

print(ad.grad(f)(np.ones(4)))
""",
        """
import adcompile as ad
import numpy as np

def fill(a, b, n):
    if n > 0:
        a[n] = b[0] * n
        fill(a, b, n - 1)

def f(x):
    y = x * 1.0
    fill(y, y.copy(), 2)
    return np.sum(y)

print(ad.grad(f)(np.ones(4)))
""",
    ),
    Page(
        "ADC306",
        "a list inside a list changes its length",
        "The length of a list may change in a loop, but not that of its items.  Keep them in "
        "lists of their own, or make a new item and put it in the old one's place.",
        """
import adcompile as ad

def f(x, n):
    rows = []
    for i in range(n):
        rows.append([x])
    for i in range(n):
        rows[i].append(x * i)
    return rows[0][0]

print(ad.grad(f)(2.0, 3))
""",
        """
import adcompile as ad

def f(x, n):
    rows = []
    for i in range(n):
        rows.append([x, x * i])
    return rows[0][0]

print(ad.grad(f)(2.0, 3))
""",
    ),
    Page(
        "ADC307",
        "the keys of a dictionary change inside a loop",
        "A dictionary made in the function has keys that are known when compiling, the same ones "
        "in every turn.  Set all keys before the loop.",
        """
import adcompile as ad

def f(x, n):
    table = {}
    for i in range(n):
        table["last"] = x * i
    return table["last"]

print(ad.grad(f)(2.0, 3))
""",
        """
import adcompile as ad

def f(x, n):
    table = {"last": 0.0}
    for i in range(n):
        table["last"] = x * i
    return table["last"]

print(ad.grad(f)(2.0, 3))
""",
    ),
    Page(
        "ADC308",
        "a loop changes the structure of what it carries in every turn",
        "What goes from one turn to the next has one structure.  Collect values in a list.",
        """
import adcompile as ad

def f(x, n):
    chain = {"value": x, "rest": None}
    for i in range(n):
        chain = {"value": x * i, "rest": chain}
    return chain["value"]

print(ad.grad(f)(2.0, 3))
""",
        """
import adcompile as ad

def f(x, n):
    chain = [x]
    for i in range(n):
        chain.append(x * i)
    return chain[-1]

print(ad.grad(f)(2.0, 3))
""",
    ),
    Page(
        "ADC309",
        "a write to something that has no elements",
        "Only arrays, lists and dictionaries have items that can be assigned; np.copyto, "
        "np.add.at, np.fill_diagonal and out= need an array.",
        """
import adcompile as ad
import numpy as np

def f(x):
    pair = (x, x)
    pair[0] = 2.0 * x
    return pair[0]

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad
import numpy as np

def f(x):
    pair = [x, x]
    pair[0] = 2.0 * x
    return pair[0]

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC310",
        "an array of integers takes floats in place",
        "NumPy raises at the in-place operation: the elements of the array stay integers.  Make "
        "the array one of floats.",
        """
import adcompile as ad
import numpy as np

def f(x):
    y = np.zeros(3, dtype=int)
    y += x
    return np.sum(y)

print(ad.grad(f)(np.ones(3)))
""",
        """
import adcompile as ad
import numpy as np

def f(x):
    y = np.zeros(3)
    y += x
    return np.sum(y)

print(ad.grad(f)(np.ones(3)))
""",
    ),
    Page(
        "ADC311",
        "an attribute that cannot be assigned",
        "Attributes of objects of your own classes can be assigned, those of arrays and functions "
        "not.  Call the function that says the same.",
        """
import adcompile as ad
import numpy as np

def f(x):
    y = x * 1.0
    y.shape = (2, 2)
    return y[0, 0] * y[1, 1]

print(ad.grad(f)(np.ones(4)))
""",
        """
import adcompile as ad
import numpy as np

def f(x):
    y = np.reshape(x * 1.0, (2, 2))
    return y[0, 0] * y[1, 1]

print(ad.grad(f)(np.ones(4)))
""",
    ),
)
