"""ADC211 to ADC217, ADC223: recursive functions, and derivatives inside of functions."""

from adcompile.refusals.pages import Page

PAGES = (
    Page(
        "ADC211",
        "a recursive function changes what is not its own",
        "A call of a function that calls itself returns its results and the arrays that it "
        "overwrites.  It cannot give new values to names of the enclosing function, nor to the "
        "attributes of an object that the program is given.  Return them, or make an object that "
        "holds them.",
        """
import adcompile as ad

def f(x, n):
    count = 0.0

    def walk(x, n):
        nonlocal count
        if n == 0:
            return x
        count = count + x
        return walk(x * 0.5, n - 1)

    last = walk(x, n)
    return last * count

print(ad.grad(f)(2.0, 3))
""",
        """
import adcompile as ad

def walk(count, x, n):
    if n == 0:
        return x, count
    return walk(count + x, x * 0.5, n - 1)

def f(x, n):
    last, count = walk(0.0, x, n)
    return last * count

print(ad.grad(f)(2.0, 3))
""",
    ),
    Page(
        "ADC212",
        "a recursive function whose arguments or results change their structure",
        "A function that calls itself is compiled once for each structure of its arguments, and "
        "has one structure of results: tuples of one length, dictionaries of the same keys.  A "
        "function that a call makes and gives to the next is another one in each: what it computes "
        "can be given in its place.",
        """
import adcompile as ad

def power(x, n):
    if n == 0:
        return x[0]
    return power((x[0] * 0.5, x), n - 1)

def f(x, n):
    return power((x, x), n)

print(ad.grad(f)(2.0, 3))
""",
        """
import adcompile as ad

def power(x, n):
    if n == 0:
        return x[0]
    return power((x[0] * 0.5, x[0]), n - 1)

def f(x, n):
    return power((x, x), n)

print(ad.grad(f)(2.0, 3))
""",
    ),
    Page(
        "ADC213",
        "a function calls itself and takes its own derivative",
        "Its derivative would hold a derivative of the next order, and so on without an end.  "
        "Take the derivative of a function that is not recursive in this way.",
        """
import adcompile as ad

def f(x, n):
    if n == 0:
        return x * x
    return ad.grad(f)(x, n - 1) * x

print(ad.grad(f)(2.0, 2))
""",
        """
import adcompile as ad

def square(x):
    return x * x

def f(x, n):
    if n == 0:
        return square(x)
    return ad.grad(square)(x) * f(x, n - 1)

print(ad.grad(f)(2.0, 2))
""",
    ),
    Page(
        "ADC214",
        "ad.jacobian, ad.hessian and emitted functions inside a function",
        "Inside a function that is differentiated the derivatives grad, value_and_grad, jvp, vjp "
        "and hvp are known.",
        """
import adcompile as ad
import numpy as np

def square(x):
    return x * x

def f(x):
    return np.sum(ad.jacobian(square)(x))

print(ad.grad(f)(np.array([1.0, 2.0])))
""",
        """
import adcompile as ad
import numpy as np

def square(x):
    return x * x

def f(x):
    value, pullback = ad.vjp(square, x)
    return np.sum(pullback(np.ones(2))[0])

print(ad.grad(f)(np.array([1.0, 2.0])))
""",
    ),
    Page(
        "ADC215",
        "a derivative inside a function, of something unknown or with options",
        "Which function is differentiated there, and by which parameter, has to be known when "
        "compiling; of= and backend= belong to the outermost request.",
        """
import adcompile as ad

def square(x):
    return x * x

def f(x):
    return ad.grad(square, wrt="y")(x) * x

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad

def square(x):
    return x * x

def f(x):
    return ad.grad(square, wrt="x")(x) * x

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC216",
        "a gradient inside a function, of something that is no number",
        "A gradient belongs to one number.  Sum the result up, or use vjp or jvp.",
        """
import adcompile as ad
import numpy as np

def squares(x):
    return np.array([x[0] * x[0], x[1]])

def f(x):
    return np.sum(ad.grad(squares)(x))

print(ad.grad(f)(np.array([1.0, 2.0])))
""",
        """
import adcompile as ad
import numpy as np

def squares(x):
    return x[0] * x[0] + x[1]

def f(x):
    return np.sum(ad.grad(squares)(x))

print(ad.grad(f)(np.array([1.0, 2.0])))
""",
    ),
    Page(
        "ADC217",
        "a function that is differentiated inside another changes an array of it",
        "What the inner function leaves in an array of the outer one would be lost, or would be "
        "done twice.  Work on a copy, or pass the array as an argument.",
        """
import adcompile as ad
import numpy as np

def f(x):
    work = np.zeros(2)

    def square(y):
        work[0] = y * y
        return work[0]

    return ad.grad(square)(x) * x

print(ad.grad(f)(2.0))
""",
        """
import adcompile as ad
import numpy as np

def f(x):
    def square(y):
        work = np.zeros(2)
        work[0] = y * y
        return work[0]

    return ad.grad(square)(x) * x

print(ad.grad(f)(2.0))
""",
    ),
    Page(
        "ADC223",
        "directions that have not the shape of what they belong to",
        "A tangent has the shape of its argument, and a seed that of the result.  Many at once "
        "have one axis more, the last, in all of them; what cannot be taken in many directions at "
        "once is taken in a loop over them.",
        """
import adcompile as ad
import numpy as np

def product(x, y):
    return x * y

def f(x):
    _, slope = ad.jvp(product, (x, x), (np.ones((2, 3)), np.ones(2)))
    return np.sum(slope)

print(ad.grad(f)(np.array([1.0, 2.0])))
""",
        """
import adcompile as ad
import numpy as np

def product(x, y):
    return x * y

def f(x):
    _, slope = ad.jvp(product, (x, x), (np.ones((2, 3)), np.ones((2, 3))))
    return np.sum(slope)

print(ad.grad(f)(np.array([1.0, 2.0])))
""",
    ),
)
