"""Programs that a stranger might try: name -> (code, arguments, text) or (arguments, text)."""

REFUSED = {
    "yield outer": ("ADC102", "(2.0,)", """\
def f(x):
    yield x * x  # here
"""),
    "yield nested": ("ADC102", "(2.0,)", """\
def f(x):
    def g():
        yield x  # here
        yield x * x
    return sum(g())
"""),
    "generator helper": ("ADC102", "(2.0,)", """\
def g(x):
    for i in range(3):
        yield x * i  # here

def f(x):
    return sum(g(x))
"""),
    "generator helper list": ("ADC102", "(2.0,)", """\
def g(x):
    yield from [x, x]  # here

def f(x):
    return list(g(x))[0]
"""),
    "generator method": ("ADC102", "(2.0,)", """\
class A:
    def __init__(self, w):
        self.w = w
    def items(self):
        yield self.w  # here

def f(x):
    return sum(A(x).items())
"""),
    "generator unused next": ("ADC102", "(2.0,)", """\
def g(x):
    yield x  # here

def f(x):
    return next(g(x))
"""),
    "async outer": ("ADC102", "(2.0,)", """\
async def f(x):  # here
    return x * x
"""),
    "async helper": ("ADC102", "(2.0,)", """\
async def g(x):  # here
    return x * x

def f(x):
    return g(x)
"""),
    "await": ("ADC102", "(2.0,)", """\
async def g(x):
    return x

async def f(x):  # here
    return await g(x)
"""),
    "asyncio run": ("ADC102", "(2.0,)", """\
import asyncio
async def g(x):  # here
    return x * x

def f(x):
    return asyncio.run(g(x))
"""),
    "exec": ("ADC118", "(2.0,)", """\
def f(x):
    exec('y = 1')  # here
    return x * x
"""),
    "exec value": ("ADC118", "(2.0,)", """\
def f(x):
    d = {}
    exec('y = 2.0', d)  # here
    return x * d['y']
"""),
    "eval": ("ADC118", "(2.0,)", """\
def f(x):
    return eval('x * x')  # here
"""),
    "eval data": ("ADC118", "(2.0,)", """\
def f(x):
    return x * eval('2.0')  # here
"""),
    "compile": ("ADC118", "(2.0,)", """\
def f(x):
    c = compile('1', 'a', 'eval')  # here
    return x * x
"""),
    "__import__": ("ADC118", "(2.0,)", """\
def f(x):
    m = __import__('math')  # here
    return m.sin(x)
"""),
    "globals write": ("ADC118", "(2.0,)", """\
def f(x):
    globals()['w'] = x  # here
    return x * x
"""),
    "globals read": ("ADC118", "(2.0,)", """\
w = 3.0
def f(x):
    return x * globals()['w']  # here
"""),
    "global n": ("ADC102", "(2.0,)", """\
n = 0
def f(x):
    global n  # here
    n += 1
    return x * n
"""),
    "global in callee": ("ADC102", "(2.0,)", """\
n = 0
def g(x):
    global n  # here
    n += 1
    return x * x

def f(x):
    return g(x)
"""),
    "locals": ("ADC118", "(2.0,)", """\
def f(x):
    y = x * x
    return locals()['y']  # here
"""),
    "vars": ("ADC118", "(2.0,)", """\
from types import SimpleNamespace
def f(x):
    o = SimpleNamespace(w=x)
    return vars(o)['w']  # here
"""),
    "vars own": ("ADC118", "(2.0,)", """\
class A:
    def __init__(self, w):
        self.w = w

def f(x):
    o = A(x)
    return vars(o)['w']  # here
"""),
    "__dict__": ("ADC309", "(2.0,)", """\
class A:
    def __init__(self, w):
        self.w = w

def f(x):
    o = A(x)
    o.__dict__['w'] = x * x  # here
    return o.w
"""),
    "metaclass": ("ADC120", "(2.0,)", """\
class M(type):
    def __call__(cls, w):
        o = super().__call__(w)
        o.w = 3.0 * w
        return o

class A(metaclass=M):
    def __init__(self, w):
        self.w = w

def f(x):
    return A(x).w  # here
"""),
    "type3": ("ADC118", "(2.0,)", """\
def f(x):
    A = type('A', (), {})  # here
    return x * x
"""),
    "__getattr__": ("ADC120", "(2.0,)", """\
class A:
    def __init__(self, w):
        self.w = w
    def __getattr__(self, name):
        return 3.0

def f(x):
    return A(x).q * x  # here
"""),
    "__getattribute__": ("ADC120", "(2.0,)", """\
class A:
    def __init__(self, w):
        self.w = w
    def __getattribute__(self, name):
        return 3.0

def f(x):
    return A(x).w * x  # here
"""),
    "__setattr__": ("ADC120", "(2.0,)", """\
class A:
    def __init__(self, w):
        self.w = w  # here
    def __setattr__(self, name, v):
        object.__setattr__(self, name, 2.0 * v)

def f(x):
    return A(x).w * x
"""),
    "descriptor": ("ADC120", "(2.0,)", """\
class D:
    def __get__(self, o, t):
        return 3.0

class A:
    q = D()
    def __init__(self, w):
        self.w = w

def f(x):
    return A(x).q * x  # here
"""),
    "descriptor set": ("ADC120", "(2.0,)", """\
class D:
    def __get__(self, o, t):
        return o.v * 2.0
    def __set__(self, o, v):
        o.v = v

class A:
    q = D()
    def __init__(self, w):
        self.q = w  # here

def f(x):
    return A(x).q * x
"""),
    "__new__": ("ADC120", "(2.0,)", """\
class A:
    def __new__(cls, w):
        o = object.__new__(cls)
        o.w = 5.0 * w
        return o

def f(x):
    return A(x).w * x  # here
"""),
    "setattr computed": ("ADC119", "(2.0, 'w')", """\
class A:
    def __init__(self, w):
        self.w = w

def f(x, name):
    o = A(x)
    setattr(o, name, x * x)  # here
    return o.w
"""),
    "getattr computed": ("ADC119", "(2.0, 'w')", """\
class A:
    def __init__(self, w):
        self.w = w

def f(x, name):
    return getattr(A(x), name) * x  # here
"""),
    "getattr computed arg": ("ADC119", "(2.0, A(3.0), 1)", """\
from dataclasses import dataclass
@dataclass
class A:
    w: float

def f(x, o, k):
    return getattr(o, 'w' if k > 0 else 'v') * x  # here
"""),
    "getattr fstring": ("ADC119", "(2.0, 1)", """\
class A:
    def __init__(self, w):
        self.w1 = w

def f(x, n):
    o = A(x)
    return getattr(o, f'w{n}') * x  # here
"""),
    "delattr": ("ADC105", "(2.0,)", """\
class A:
    def __init__(self, w):
        self.w = w

def f(x):
    o = A(x)
    delattr(o, 'w')  # here
    return x * x
"""),
    "del o.x": ("ADC105", "(2.0,)", """\
class A:
    def __init__(self, w):
        self.w = w

def f(x):
    o = A(x)
    del o.w  # here
    return x * x
"""),
    "del arr": ("ADC105", "(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    del x[0]  # here
    return x
"""),
    "weakref": ("ADC402", "(2.0,)", """\
import weakref
class A:
    def __init__(self, w):
        self.w = w

def f(x):
    o = A(x)
    r = weakref.ref(o)  # here
    return r().w * x
"""),
    "threads": ("ADC221", "(2.0,)", """\
import threading
def f(x):
    out = []
    t = threading.Thread(target=lambda: out.append(x))  # here
    t.start()
    t.join()
    return x * x
"""),
    "multiprocessing": ("ADC221", "(2.0,)", """\
import multiprocessing
def sq(x):
    return x * x
def f(x):
    p = multiprocessing.Pool(2)
    return sum(p.map(sq, [x, x]))  # here
"""),
    "futures": ("ADC221", "(2.0,)", """\
from concurrent.futures import ThreadPoolExecutor
def sq(x):
    return x * x
def f(x):
    with ThreadPoolExecutor() as ex:
        return sum(ex.map(sq, [x, x]))  # here
"""),
    "float(str)": ("ADC505", "(2.0,)", """\
def f(x):
    return float(str(x)) * x  # here
"""),
    "float(fstring)": ("ADC505", "(2.0,)", """\
def f(x):
    return float(f'{x:.3f}') * x  # here
"""),
    "float(format)": ("ADC505", "(2.0,)", """\
def f(x):
    return float(format(x, '.3f')) * x  # here
"""),
    "float(.format)": ("ADC505", "(2.0,)", """\
def f(x):
    return float('{:.3f}'.format(x)) * x  # here
"""),
    "float(%)": ("ADC505", "(2.0,)", """\
def f(x):
    return float('%.3f' % x) * x  # here
"""),
    "float(repr)": ("ADC505", "(2.0,)", """\
def f(x):
    return float(repr(x)) * x  # here
"""),
    "eval(repr)": ("ADC118", "(2.0,)", """\
def f(x):
    return eval(repr(x)) * x  # here
"""),
    "json": ("ADC504", "(2.0,)", """\
import json
def f(x):
    return json.loads(json.dumps(x)) * x  # here
"""),
    "json dict": ("ADC405", "(2.0,)", """\
import json
def f(x):
    return json.loads(json.dumps({'a': x}))['a'] * x  # here
"""),
    "pickle": ("ADC504", "(2.0,)", """\
import pickle
def f(x):
    return pickle.loads(pickle.dumps(x)) * x  # here
"""),
    "np.fromstring": ("ADC505", "(2.0,)", """\
def f(x):
    return np.fromstring(str(x), sep=' ')[0] * x  # here
"""),
    "np.array2string": ("ADC504", "(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    return float(np.array2string(x[0])) * x[0]  # here
"""),
    "tobytes": ("ADC501", "(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    return np.sum(np.frombuffer(x.tobytes()))  # here
"""),
    "struct": ("ADC504", "(2.0,)", """\
import struct
def f(x):
    return struct.unpack('d', struct.pack('d', x))[0] * x  # here
"""),
    "float.hex": ("ADC501", "(2.0,)", """\
def f(x):
    return float.fromhex(x.hex()) * x  # here
"""),
    "float.fromhex": ("ADC501", "(2.0,)", """\
def f(x):
    return float.fromhex('0x1p1') * x  # here
"""),
    "is_integer": ("ADC501", "(2.0,)", """\
def f(x):
    if x.is_integer():  # here
        return x * x
    return x
"""),
    "as_integer_ratio": ("ADC501", "(2.0,)", """\
def f(x):
    a, b = x.as_integer_ratio()  # here
    return a / b
"""),
    "text join": ("ADC406", "(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    s = ','.join([str(v) for v in x])
    return sum([float(t) for t in s.split(',')])  # here
"""),
    "np.array of str": ("ADC505", "(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    return np.sum(np.array([str(v) for v in x]).astype(float))  # here
"""),
    "astype str": ("ADC417", "(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    return np.sum(x.astype(str).astype(float))  # here
"""),
    "scipy no rule": ("ADC504", "(2.0,)", """\
import scipy.special
def f(x):
    return scipy.special.mathieu_a(2, x)  # here
"""),
    "scipy.integrate.quad": ("ADC221", "(2.0,)", """\
from scipy.integrate import quad
def f(x):
    return quad(lambda t: t * x, 0.0, 1.0)[0]  # here
"""),
    "scipy.minimize": ("ADC221", "(2.0,)", """\
from scipy.optimize import minimize
def f(x):
    return minimize(lambda t: (t - x) ** 2, 0.0).x[0]  # here
"""),
    "scipy from": ("ADC504", "(2.0,)", """\
from scipy.special import mathieu_a
def f(x):
    return mathieu_a(2, x) * 2.0  # here
"""),
    "np.vectorize": ("ADC221", "(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
from functools import partial
@partial(np.vectorize, excluded=[0])
def g(t):
    return t * t

def f(x):
    return np.sum(g(x))  # here
"""),
    "np.vectorize in": ("ADC221", "(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    g = np.vectorize(lambda t: t * t, signature="()->()")  # here
    return np.sum(g(x))
"""),
    "np.frompyfunc": ("ADC221", "(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    g = np.frompyfunc(lambda t: t * t, 1, 1)  # here
    return np.sum(g(x))
"""),
    "np.matrix in": ("ADC504", "(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    return np.sum(np.matrix(x) * 2.0)  # here
"""),
    "broadcast number": ("ADC312", "(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    y = np.broadcast_to(x[0], (3,))
    y[0] = x[1]  # here
    return np.sum(y)
"""),
    "broadcast list": ("ADC312", "(2.0,)", """\
def f(x):
    y = np.broadcast_to([x, 3.0], (2, 2))
    y[0] *= 2.0  # here
    return np.sum(y)
"""),
    "structured in": ("ADC417", "(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    r = np.zeros(4, dtype=[('a', float)])  # here
    r['a'] = x
    return np.sum(r['a'])
"""),
    "Decimal in": ("ADC504", "(2.0,)", """\
from decimal import Decimal
def f(x):
    return float(Decimal(x)) * x  # here
"""),
    "Fraction in": ("ADC504", "(2.0,)", """\
from fractions import Fraction
def f(x):
    return Fraction(x) * 2  # here
"""),
    "str arg arith": ("ADC416", "(2.0, 'abc')", """\
def f(x, s):
    return x * s  # here
"""),
    "set": ("ADC103", "(2.0,)", """\
def f(x):
    return sum({x, 1.0})  # here
"""),
    "set comp": ("ADC103", "(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    return sum({v for v in x})  # here
"""),
    "bytearray": ("ADC501", "(2.0,)", """\
def f(x):
    return x * len(bytearray(3))  # here
"""),
    "np.save": ("ADC504", "(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    np.save('/tmp/ref/x.npy', x)  # here
    return np.sum(x * x)
"""),
    "random.gauss active": ("ADC504", "(2.0,)", """\
import random
def f(x):
    return random.gauss(x, 1.0)  # here
"""),
    "rng active": ("ADC504", "(2.0,)", """\
def f(x):
    rng = np.random.default_rng(0)
    return rng.normal(x)  # here
"""),
    "np.random shuffle": ("ADC222", "(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    y = x.copy()
    np.random.shuffle(y)  # here
    return y[0]
"""),
    "rng.shuffle": ("ADC222", "(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    rng = np.random.default_rng(0)
    y = x.copy()
    rng.shuffle(y)  # here
    return y[0]
"""),
    "rng.choice active": ("ADC504", "(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    rng = np.random.default_rng(0)
    return rng.choice(x)  # here
"""),
    "import inside": ("ADC101", "(2.0,)", """\
def f(x):
    import no_such_module  # here
    return x
"""),
    "float@float": ("ADC416", "(2.0,)", """\
def f(x):
    return x @ x  # here
"""),
    "float@arr": ("ADC416", "(2.0, np.ones(3))", """\
def f(x, y):
    return np.sum(x @ y)  # here
"""),
    "arr@float": ("ADC416", "(2.0, np.ones(3))", """\
def f(x, y):
    return np.sum(y @ x)  # here
"""),
    "np.matmul float": ("ADC416", "(2.0,)", """\
def f(x):
    return np.matmul(x, x)  # here
"""),
    "func as number": ("ADC402", "(2.0,)", """\
import math
def f(x):
    return x * math.sin  # here
"""),
    "module as number": ("ADC402", "(2.0,)", """\
import math
def f(x):
    return x * math  # here
"""),
    "np func as number": ("ADC402", "(2.0,)", """\
def f(x):
    return x + np.sin  # here
"""),
    "class as number": ("ADC402", "(2.0,)", """\
class A:
    pass

def f(x):
    return x + A  # here
"""),
    "lambda as number": ("ADC402", "(2.0,)", """\
def f(x):
    return x + (lambda t: t)  # here
"""),
    "object arith": ("ADC416", "(2.0,)", """\
class A:
    pass

def f(x):
    a = A()
    return x * a  # here
"""),
    "object arg arith": ("ADC416", "(2.0, A())", """\
class A:
    pass

def f(x, a):
    return x * a  # here
"""),
    "object arg arith 2": ("ADC416", "(2.0, datetime.timedelta(1))", """\
import datetime
def f(x, a):
    return x * a  # here
"""),
    "None arith": ("ADC416", "(2.0,)", """\
def f(x):
    y = None
    return x * y  # here
"""),
    "None return arith": ("ADC416", "(2.0,)", """\
def g(x):
    pass

def f(x):
    return x * g(x)  # here
"""),
    "dict arith": ("ADC416", "(2.0,)", """\
def f(x):
    return x * {'a': 1.0}  # here
"""),
    "list arith": ("ADC416", "(2.0,)", """\
def f(x):
    return x * [1.0, 2.0]  # here
"""),
    "tuple minus": ("ADC416", "(2.0,)", """\
def f(x):
    return (x, x) - (1.0, 1.0)  # here
"""),
    "np.round active": ("ADC415", "(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    return np.sum(np.round(x, x[0]))  # here
"""),
    "round active": ("ADC415", "(2.0,)", """\
def f(x):
    return round(x, x)  # here
"""),
    "range active": ("ADC415", "(2.0,)", """\
def f(x):
    y = 0.0
    for i in range(x):  # here
        y += x
    return y
"""),
    "index active": ("ADC415", "(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    return x[x[0]]  # here
"""),
    "try star": ("ADC101", "(2.0,)", """\
def f(x):
    try:  # here
        y = x
    except* ValueError:
        y = 2.0 * x
    return y
"""),
    "ctypes lib": ("ADC504", "(2.0,)", """\
import ctypes
lib = ctypes.CDLL(None)
def f(x):
    return lib.sin(x)  # here
"""),
    "hash": ("ADC118", "(2.0,)", """\
def f(x):
    return x * hash(x)  # here
"""),
    "id": ("ADC118", "(2.0,)", """\
def f(x):
    return x * id(x)  # here
"""),
    "memoryview": ("ADC118", "(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    return memoryview(x)[0] * 2.0  # here
"""),
    "type(x)": ("ADC118", "(2.0,)", """\
def f(x):
    if type(x) is float:  # here
        return x * x
    return x
"""),
    "singledispatch": ("ADC203", "(2.0,)", """\
from functools import singledispatch
@singledispatch
def g(x):
    return x * x
@g.register
def _(x: int):
    return x
def f(x):
    return g(x)  # here
"""),
    "np.nditer": ("ADC504", "(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    s = 0.0
    for v in np.nditer(x):  # here
        s += v * v
    return s
"""),
    "np.lookup missing": ("ADC504", "(2.0,)", """\
def f(x):
    return np.no_such(x)  # here
"""),
    "math missing": ("ADC501", "(2.0,)", """\
import math
def f(x):
    return math.nosuch(x)  # here
"""),
    "x.resize": ("ADC302", "(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    y = x.copy()
    y.resize(8)  # here
    return y.sum()
"""),
    "x.setflags": ("ADC501", "(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    x.setflags(write=False)  # here
    return x.sum()
"""),
    "x.view int": ("ADC501", "(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    return np.sum(x.view(np.int64))  # here
"""),
    "x.data": ("ADC402", "(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    return x.data[0]  # here
"""),
    "x.base": ("ADC402", "(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    return np.sum(x[:2].base)  # here
"""),
    "x.ctypes": ("ADC402", "(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    return np.sum(x) * x.ctypes.data  # here
"""),
    "x.strides": ("ADC402", "(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    return np.sum(x) * x.strides[0]  # here
"""),
    "x.tofile": ("ADC501", "(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    x.tofile('/tmp/ref/a.bin')  # here
    return x.sum()
"""),
    "gen twice": ("ADC121", "(2.0,)", """\
def f(x):
    g = (v * v for v in (x, 1.0))  # here
    return sum(g) + sum(g)
"""),
    "nested func attr": ("ADC311", "(2.0,)", """\
def f(x):
    def g(t):
        return t * t
    g.count = 0  # here
    return g(x)
"""),
    "func attr": ("ADC311", "(2.0,)", """\
def g(t):
    g.calls = 1  # here
    return t * t

def f(x):
    return g(x)
"""),
    "module attr": ("ADC311", "(2.0,)", """\
import math
def f(x):
    math.foo = x  # here
    return x * x
"""),
    "endless": ("ADC219", "(2.0,)", """\
from itertools import cycle
def f(x):
    return sum(cycle([x, 1.0]))  # here
"""),
    "endless twice": ("ADC118", "(np.array([0.3, 0.7]),)", """\
from itertools import count
def f(x):
    c = count()
    s = sum(i * v for i, v in zip(c, x))
    return s + sum(i * v for i, v in zip(c, x))  # here
"""),
    "class attribute": ("ADC311", "(2.0,)", """\
class Counter:
    total = 0

def f(x):
    Counter.total += 1
    return x * Counter.total  # here
"""),
    "statistics": ("ADC504", "(2.0,)", """\
import statistics
def f(x):
    return statistics.mode([x, 1.0])  # here
"""),
    "inherits list": ("ADC416", "(2.0,)", """\
class L(list):
    pass

def f(x):
    l = L([x, x])
    return l[0] * x  # here
"""),
    "inherits ndarray": ("ADC501", "(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
class N(np.ndarray):
    pass

def f(x):
    return np.sum(x.view(N) * x)  # here
"""),
    "inherits dict": ("ADC416", "(2.0,)", """\
class D(dict):
    pass

def f(x):
    d = D(a=x)
    return d['a'] * x  # here
"""),
    "queue": ("ADC504", "(np.ones(4),)", """\
import queue
def f(x):
    q = queue.Queue()
    for v in x:
        q.put(v)
    tot = 0.0
    while not q.empty():
        tot += q.get() ** 2  # here
    return tot
"""),
    "append to an array": ("ADC501", "(np.ones(4),)", """\
def f(x):
    x.append(2.0)  # here
    return x[0]
"""),
    "a list in two lists": ("ADC301", "(1.3,)", """\
def f(x):
    tape = [[x, 1.0]]
    other = [[x, 1.0]]
    n = int(4+x)
    for i in range(n):
        if i > 2:
            other[-1].append(x*i)
        F = [x*i+1, x]
        tape.append(F)  # here
        other.append(F)
    return sum(t[0]*t[-1] for t in tape)
"""),
    "a popped list in two lists": ("ADC301", "(1.3,)", """\
def f(x):
    tape = [([x, 1.0],0)]
    other = [([x, 1.0],x)]
    n = int(4+x)
    for i in range(n):
        if i > 2:
            q = other.pop()
            q[0][0] *= x
        F = [x*i+1, x]
        tape.append((F, i))  # here
        other.append((F, x))
    return sum(t[0][0]*t[0][-1] for t in tape)
"""),
    "an array in two lists of lists": ("ADC301", "(1.3,)", """\
def f(x):
    tape = [[np.array([x, 1.0])]]
    other = [np.array([x, 1.0])]
    n = int(4+x)
    for i in range(n):
        for o in other:
            o[0] *= x
        F = np.array([x*i+1, x])
        tape.append([F, F*2])  # here
        other.append(F)
    return sum(t[0][0] for t in tape)
"""),
    "a list in a dictionary and a list": ("ADC301", "(1.3,)", """\
def f(x):
    tape = {0: [x, 1.0]}
    other = [[x, 1.0]]
    n = int(4+x)
    for i in range(n):
        for o in other:
            o[0] *= x
        F = [x*i+1, x]
        tape[i] = F  # here
        other.append(F)
    return sum(t[0] for t in tape.values())
"""),
    "tuples with one list": ("ADC301", "(1.3,)", """\
def f(x):
    tape = []
    other = []
    n = int(4+x)
    for i in range(n):
        if i > 2:
            other[-1][0].append(x*i)
        F = [x*i+1, x]
        tape.append((F, i))  # here
        other.append((F, x))
    return sum(t[0][0]*t[0][-1] for t in tape)
"""),
    "kept and changed": ("ADC301", "(1.3,)", """\
def f(x):
    tape = []
    held = [x*1.0, x*x]
    for i in range(3):
        tape.append(held)  # here
        held.append(x*i)
    return sum(t[-1]*1.0 for t in tape)
"""),
    "kept by another name": ("ADC301", "(1.3,)", """\
def f(x):
    tape = []
    held = [x*1.0, x*x]
    first = held
    for i in range(3):
        tape.append(held)
        first.append(x*i*2)
        held = [h*x for h in held]  # here
    return sum(t[-1]*1.0 for t in tape)
"""),
    "kept and sometimes renewed": ("ADC301", "(1.3,)", """\
def f(x):
    tape = []
    held = [x*1.0, x*x]
    for i in range(4):
        tape.append(held)  # here
        if i % 2:
            held = [h*x for h in held]
        held.append(x*i)
    return sum(t[-1]*len(t) for t in tape)
"""),
    "kept and swapped": ("ADC301", "(1.3,)", """\
def f(x):
    tape = []
    a = [x*1.0, x*x]
    b=[x, 2*x]
    for i in range(4):
        tape.append(a)  # here
        a, b = b, a
        a[0] = a[0]*x + i
    return sum(t[0]*len(t) for t in tape)
"""),
    "a list of last turn": ("ADC301", "(1.3,)", """\
def f(x):
    tape = []
    held = [x*1.0, x*x]
    for i in range(4):
        tape.append(held)  # here
        new = [h*x for h in held]
        if i == 2:
            new = held
        held = new
        held[0] = held[0] + x
    held[1] = x
    return sum(t[0]*t[1] for t in tape)
"""),
}

WORKING = {
    "OrderedDict": ("(2.0,)", """\
from collections import OrderedDict
def f(x):
    d = OrderedDict()
    d['a'] = x
    return d['a'] * x
"""),
    "imports inside": ("(2.0,)", """\
def f(x):
    import math
    from numpy import linalg as la, exp
    return math.sin(x) * exp(la.norm(x))
"""),
    "class inside": ("(2.0,)", """\
def f(x):
    class A:
        pass
    return x * x
"""),
    "contextmanager": ("(2.0,)", """\
from contextlib import contextmanager
@contextmanager
def cm():
    yield

def f(x):
    with cm():
        return x * x
"""),
    "with lock": ("(2.0,)", """\
import threading
lock = threading.Lock()
def f(x):
    with lock:
        return x * x
"""),
    "ctx decimal": ("(2.0,)", """\
import decimal
def f(x):
    with decimal.localcontext():
        return x * x
"""),
    "yield lambda": ("(2.0,)", """\
def f(x):
    g = lambda: (yield x)
    return x * x
"""),
    "async inner": ("(2.0,)", """\
def f(x):
    async def g():
        return x
    return x * x
"""),
    "SimpleNamespace": ("(2.0,)", """\
from types import SimpleNamespace
def f(x):
    o = SimpleNamespace(w=x)
    return o.w * x
"""),
    "type3 out": ("(2.0,)", """\
A = type('A', (), {'w': 2.0})
def f(x):
    return x * A.w
"""),
    "slots": ("(2.0,)", """\
class A:
    __slots__ = ('w',)
    def __init__(self, w):
        self.w = w

def f(x):
    return A(x).w * x
"""),
    "setattr literal": ("(2.0,)", """\
class A:
    def __init__(self, w):
        self.w = w

def f(x):
    o = A(x)
    setattr(o, 'w', x * x)
    return o.w * x
"""),
    "setattr loop literal": ("(2.0,)", """\
class A:
    def __init__(self, w):
        self.w = w

def f(x):
    o = A(x)
    for name in ('w', 'v'):
        setattr(o, name, x * x)
    return o.w * o.v
"""),
    "getattr literal": ("(2.0,)", """\
class A:
    def __init__(self, w):
        self.w = w

def f(x):
    return getattr(A(x), 'w') * x
"""),
    "getattr default": ("(2.0,)", """\
class A:
    def __init__(self, w):
        self.w = w

def f(x):
    return getattr(A(x), 'v', 3.0) * x
"""),
    "getattr np": ("(2.0,)", """\
def f(x):
    return getattr(np, 'sin')(x)
"""),
    "hasattr": ("(2.0,)", """\
class A:
    def __init__(self, w):
        self.w = w

def f(x):
    o = A(x)
    return o.w * x if hasattr(o, 'w') else x
"""),
    "set arg": ("(2.0, {1, 2})", """\
def f(x, s):
    return x * len(s)
"""),
    "bytes": ("(2.0,)", """\
def f(x):
    return x * len(b'abc')
"""),
    "bytes arg": ("(2.0, b'abc')", """\
def f(x, b):
    return x * x
"""),
    "tolist": ("(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    return sum(x.tolist())
"""),
    "item": ("(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    return x[0:1].item() * x.item(1)
"""),
    "astype int": ("(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    return np.sum(x.astype(int) * x)
"""),
    "round": ("(2.0,)", """\
def f(x):
    return round(x) * x + round(x, 2)
"""),
    "print": ("(2.0,)", """\
def f(x):
    print('x is', x)
    return x * x
"""),
    "print file": ("(2.0,)", """\
import sys
def f(x):
    print('x is', x, file=sys.stderr)
    return x * x
"""),
    "logging": ("(2.0,)", """\
import logging
def f(x):
    logging.info('x %s', x)
    return x * x
"""),
    "logger": ("(2.0,)", """\
import logging
log = logging.getLogger('a')
def f(x):
    log.info('x %s', x)
    return x * x
"""),
    "logger debug attr": ("(2.0,)", """\
import logging
class A:
    def __init__(self, w):
        self.w = w
        self.log = logging.getLogger('a')

def f(x):
    a = A(x)
    a.log.info('x %s', a.w)
    return a.w * x
"""),
    "time": ("(2.0,)", """\
import time
def f(x):
    t = time.time()
    y = x * x
    print(time.time() - t)
    return y
"""),
    "from time": ("(2.0,)", """\
from time import perf_counter
def f(x):
    t = perf_counter()
    y = x * x
    d = perf_counter() - t
    return y
"""),
    "random": ("(2.0,)", """\
import random
def f(x):
    random.seed(0)
    return x * random.random()
"""),
    "rng": ("(2.0,)", """\
def f(x):
    rng = np.random.default_rng(0)
    return x * rng.normal()
"""),
    "rng size": ("(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    rng = np.random.default_rng(0)
    return np.sum(x * rng.normal(size=4))
"""),
    "rng.permutation n": ("(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    rng = np.random.default_rng(0)
    p = rng.permutation(4)
    return x[p][0] * x[0]
"""),
    "assert msg": ("(2.0,)", """\
def f(x):
    assert x > 0.0, f'x is {x}'
    return x * x
"""),
    "np.dot float": ("(2.0,)", """\
def f(x):
    return np.dot(x, x)
"""),
    "ellipsis": ("(2.0,)", """\
def f(x):
    ...
    return x * x
"""),
    "float text": ("(2.0,)", """\
def f(x):
    return x * float('2.5')
"""),
    "int text": ("(2.0,)", """\
def f(x):
    return x * int('2')
"""),
    "callable": ("(2.0,)", """\
def f(x):
    return x * x if callable(np.sin) else x
"""),
    "nonlocal gen expr": ("(2.0,)", """\
def f(x):
    return sum(v * v for v in (x, 1.0))
"""),
    "gen kept": ("(2.0,)", """\
def f(x):
    g = (v * v for v in (x, 1.0))
    return sum(g)
"""),
    "property set": ("(2.0,)", """\
class A:
    def __init__(self, w):
        self._w = w
    @property
    def w(self):
        return self._w
    @w.setter
    def w(self, v):
        self._w = v

def f(x):
    a = A(x)
    a.w = x * x
    return a.w
"""),
    "isinstance Number": ("(2.0,)", """\
import numbers
def f(x):
    if isinstance(x, numbers.Number):
        return x * x
    return x
"""),
    "walrus": ("(2.0,)", """\
def f(x):
    return (y := x * x) * y
"""),
    "finally print": ("(2.0,)", """\
def f(x):
    try:
        y = x * x
    finally:
        print('done')
    return y
"""),
    "deque of numbers in a loop": ("(np.array([0.3, 0.5, 0.7, 1.1, 1.3]),)", """\
import collections
def f(x):
    buf = collections.deque(maxlen=3)
    tot = 0.0
    for v in x:
        buf.append(v)
        if len(buf) == 3:
            tot += buf[0] * v
    return tot
"""),
    "deque that counts": ("(np.array([0.3, 0.5, 0.7, 1.1, 1.3]),)", """\
import collections
def f(x):
    seen = collections.deque(maxlen=3)
    tot = 0.0
    for v in x:
        seen.append(1.0)
        if len(seen) == 3:
            tot += v * v * seen[0]
    return tot
"""),
    "queue of counts": ("(np.array([0.3, 0.5, 0.7, 1.1, 1.3]),)", """\
import queue
def f(x):
    q = queue.Queue()
    for k in range(4):
        q.put(k)
    tot = 0.0
    while not q.empty():
        tot += x[q.get()] ** 2
    return tot
"""),
    "np.fromfunction": ("(2.0,)", """\
def f(x):
    return np.sum(np.fromfunction(lambda i: x * i, (3,)))
"""),
    "iter next": ("(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    it = iter(x)
    return next(it) * next(it)
"""),
    "next gen": ("(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
def f(x):
    return next(v * v for v in x if v > 0.5)
"""),
    "copy.deepcopy": ("(np.array([0.3, 0.7, 1.2, 0.5]),)", """\
import copy
def f(x):
    y = copy.deepcopy(x)
    return np.sum(y * x)
"""),
}
