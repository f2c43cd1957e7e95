"""ADC601 to ADC604: comments in the program that are for the compiler."""

from adcompile.refusals.pages import Page

PAGES = (
    Page(
        "ADC601",
        "a comment for the compiler that says nothing, or stands nowhere",
        "A comment that begins with `# ad:` asks for something, so it is never passed over.  There "
        "are three: `# ad: checkpoint 20` above a `for` or `while`, with the number of snapshots "
        "it may keep; `# ad: checkpoint` above a `def`; `# ad: independent` above a `for`.  Each "
        "stands on a line of its own, in the column of what is below it.",
        """
import adcompile as ad

def f(x):
    for i in range(100):  # ad: checkpoints 5
        x = x * x - 0.4
    return x

print(ad.grad(f)(0.5))
""",
        """
import adcompile as ad

def f(x):
    # ad: checkpoint 5
    for i in range(100):
        x = x * x - 0.4
    return x

print(ad.grad(f)(0.5))
""",
    ),
    Page(
        "ADC602",
        "something that happens once, where turns are gone through again",
        "Under `# ad: checkpoint` and `# ad: independent` the turns of a loop, or the calls of a "
        "function, are gone through a second time for the derivative, and have to be what they "
        "were.  A random draw, a clock or a file would not be.  (`print`, `assert` and `raise` "
        "are done the first time only.)  Draw before the loop, into an array.",
        """
import numpy as np
import adcompile as ad

def f(x):
    rng = np.random.default_rng(0)
    # ad: checkpoint 5
    for i in range(100):
        x = np.sin(x) + rng.normal()
    return x

print(ad.grad(f)(0.5))
""",
        """
import numpy as np
import adcompile as ad

def f(x):
    noise = np.random.default_rng(0).normal(size=100)
    # ad: checkpoint 5
    for i in range(100):
        x = np.sin(x) + noise[i]
    return x

print(ad.grad(f)(0.5))
""",
    ),
    Page(
        "ADC603",
        "turns that are said to be independent, and are not",
        "Under `# ad: independent` every turn begins with what stands before the loop: no turn "
        "may read what another has made, but to add to it.  Seen are numbers that go from turn to "
        "turn, arrays that are made anew, and elements that are read where another turn writes "
        "them.  Where the turns do depend on one another, `# ad: checkpoint 20` bounds the memory.",
        """
import adcompile as ad

def f(x):
    p = 1.0
    # ad: independent
    for i in range(100):
        p = p * x
    return p

print(ad.grad(f)(0.99))
""",
        """
import adcompile as ad

def f(x):
    s = 1.0
    # ad: independent
    for i in range(100):
        p = x * i
        s = s + p * p
    return s

print(ad.grad(f)(0.99))
""",
    ),
    Page(
        "ADC604",
        "a comment above a loop that is written out turn by turn",
        "A loop over a tuple, a list or a dictionary whose length is known when compiling is no "
        "loop in the derivative: its turns stand there one after the other, and there is none to "
        "go through again.  Write the body as a function with `# ad: checkpoint` above it.",
        """
import numpy as np
import adcompile as ad

def f(weights, x):
    # ad: checkpoint 2
    for w in weights:
        x = np.tanh(w @ x)
    return np.sum(x)

weights = [np.eye(2), np.ones((2, 2))]
print(ad.grad(f)(weights, np.array([0.5, 1.0])))
""",
        """
import numpy as np
import adcompile as ad

# ad: checkpoint
def layer(w, x):
    return np.tanh(w @ x)

def f(weights, x):
    for w in weights:
        x = layer(w, x)
    return np.sum(x)

weights = [np.eye(2), np.ones((2, 2))]
print(ad.grad(f)(weights, np.array([0.5, 1.0])))
""",
    ),
)
