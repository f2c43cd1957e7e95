"""ADC3xx: memory and aliases."""

from adcompile.refusals.pages import Page

PAGES = (
    Page(
        "ADC301",
        "an array that may share its memory with one that was changed",
        "Names that are one array on one path and another one on the next are told apart at run "
        "time, and lists of arrays that share memory hold where each of them is.  Where that is "
        "not possible (a view of a view of a view, one more in every turn; an array that is an "
        "item of two lists, one of them an argument), it is not known after a change through one "
        "name what the other one sees.  Copy one of them before the change, or write through one "
        "name only.",
        """
import adcompile as ad
import numpy as np

def f(x, n):
    y = x.copy()
    rest = y
    for i in range(n):
        rest = rest[1:]
        rest[0] = rest[0] * x[i]
    return np.sum(y * x)

print(ad.grad(f)(np.arange(5.0), 3))
""",
        """
import adcompile as ad
import numpy as np

def f(x, n):
    y = x.copy()
    for i in range(n):
        y[i + 1] = y[i + 1] * x[i]
    return np.sum(y * x)

print(ad.grad(f)(np.arange(5.0), 3))
""",
    ),
    Page(
        "ADC302",
        "an array that changes its size in place",
        "NumPy's x.resize(...) gives the array other memory behind the back of all its views, or "
        "raises, depending on how many names it has.  Make a new array.",
        """
import adcompile as ad
import numpy as np

def f(x):
    y = x * 2.0
    y.resize(6)
    return np.sum(y * y)

print(ad.grad(f)(np.ones(4)))
""",
        """
import adcompile as ad
import numpy as np

def f(x):
    y = np.concatenate([x * 2.0, np.zeros(2)])
    return np.sum(y * y)

print(ad.grad(f)(np.ones(4)))
""",
    ),
    Page(
        "ADC303",
        "a name is something else on each path or in each turn",
        "A number on one path and a tuple, a function or a dictionary of other keys on another "
        "cannot be one value.  Give the name one structure on all paths.",
        """
import adcompile as ad
import numpy as np

def f(x):
    if x > 1.0:
        y = x
    else:
        y = (x, x)
    return np.sum(y)

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad
import numpy as np

def f(x):
    if x > 1.0:
        y = (x, 0.0)
    else:
        y = (x, x)
    return np.sum(y)

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
        "an object of one of several classes is changed in its list",
        "Objects of one class are changed in a list as everywhere.  Where a list of run-time "
        "length holds objects of several classes, an item can be replaced by a new object, but "
        "not changed.",
        """
import adcompile as ad

class Cat:
    def __init__(self, mass):
        self.mass = mass

class Dog:
    def __init__(self, mass):
        self.mass = mass

def f(x, n):
    animals = []
    for i in range(n):
        if i < 2:
            animals.append(Cat(x))
        else:
            animals.append(Dog(x))
    for animal in animals:
        animal.mass = animal.mass * x
    return sum(animal.mass for animal in animals)

print(ad.grad(f)(2.0, 3))
""",
        """
import adcompile as ad

class Animal:
    def __init__(self, mass, barks):
        self.mass = mass
        self.barks = barks

def f(x, n):
    animals = []
    for i in range(n):
        animals.append(Animal(x, i >= 2))
    for animal in animals:
        animal.mass = animal.mass * x
    return sum(animal.mass for animal in animals)

print(ad.grad(f)(2.0, 3))
""",
    ),
    Page(
        "ADC307",
        "new lists of an object inside a loop, or new keys while a dictionary is gone through",
        "An object has the same lists in every turn of a loop: set them all before it.  A "
        "dictionary does not change while it is gone through.",
        """
import adcompile as ad

class Body:
    def __init__(self, mass):
        self.mass = mass

def f(x, n):
    body = Body(x)
    for i in range(n):
        body.last = [body.mass * i]
    return body.last[0]

print(ad.grad(f)(2.0, 3))
""",
        """
import adcompile as ad

class Body:
    def __init__(self, mass):
        self.mass = mass
        self.last = [0.0]

def f(x, n):
    body = Body(x)
    for i in range(n):
        body.last = [body.mass * i]
    return body.last[0]

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
        "an array of integers takes floats in place, or one of floats complex numbers",
        "NumPy raises at the in-place operation: the elements of the array stay what they are.  "
        "Make the array one of floats, or of complex numbers.",
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
        "ADC312",
        "a write through a view that is read-only",
        "NumPy raises ValueError at the write: np.diagonal, np.diag of a matrix, np.broadcast_to "
        "and sliding_window_view give views that can be read only.  Write to the array itself, or "
        "to a copy.",
        """
import adcompile as ad
import numpy as np

def f(x):
    y = x.copy()
    np.diagonal(y)[:] = 2.0
    return np.sum(x * y)

print(ad.grad(f)(np.ones((3, 3))))
""",
        """
import adcompile as ad
import numpy as np

def f(x):
    y = x.copy()
    np.fill_diagonal(y, 2.0)
    return np.sum(x * y)

print(ad.grad(f)(np.ones((3, 3))))
""",
    ),
    Page(
        "ADC311",
        "an attribute that cannot be assigned",
        "Attributes of objects of your own classes can be assigned, those of arrays and functions "
        "not, nor those of frozen dataclasses, of named tuples, and properties without a setter.  "
        "Call the function that says the same, or make another object.",
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
