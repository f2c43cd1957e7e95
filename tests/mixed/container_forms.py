"""What programs of containers are written of: forms of values, how each is made and read."""

from __future__ import annotations

NUM, VEC = "number", "vector"  # of three elements
VECS, NUMS = "vectors", "numbers"  # lists
GRID, STACK = "grid", "stack"  # lists of lists
KEYED, COEFS, GROUPS = "keyed", "coefs", "groups"  # dictionaries of vectors, numbers, lists
PAIR, QUEUE = "pair", "queue"  # a tuple of a list and a vector; a deque of vectors
KEYS = ("'p'", "'q'", "'r'")
NAMES = {
    NUM: ("a", "b"), VEC: ("v", "w", "z"), VECS: ("rows", "hist", "old"), NUMS: ("cs", "ds"),
    GRID: ("grid",), STACK: ("stack",), KEYED: ("table", "state"), COEFS: ("coefs",),
    GROUPS: ("groups",), PAIR: ("pair",), QUEUE: ("queue",),
}  # fmt: skip
ITEMS = {VECS: VEC, NUMS: NUM, GRID: NUMS, STACK: VECS, KEYED: VEC, COEFS: NUM, GROUPS: VECS,
         QUEUE: VEC}  # fmt: skip
LISTS, DICTS = (VECS, NUMS, GRID, STACK), (KEYED, COEFS, GROUPS)
HELPERS = '''
def scaled(vs, t):
    for v in vs:
        v *= t
    return vs


def kept(vs, v):
    if len(vs) < 6:
        vs.append(v)
    return vs[0]


def chosen(vs, t):
    for v in vs:
        if v[0] > t:
            return v
    return vs[-1]


def turned(vs):
    return vs[1:] + vs[:1]


def raised(cs, t):
    for i in range(len(cs)):
        cs[i] += t * i
    return cs


def renewed(d, key, v):
    d[key] = v
    return d


'''
MADE = {
    NUM: ("math.sin({n})", "{n} * {n}", "{m}"),
    VEC: (
        "np.sin({v})", "{v}.copy()", "0.5 * {v}", "np.zeros(3)", "np.array([x, {n}, y])",
        "{v} * {n}", "{v}", "{v}", "sum({vs})", "np.array({vs})[0]", "np.stack({vs}).sum(axis=0)",
        "max({vs}, key=lambda r: r[1])", "min({vs}, key=lambda r: r[0])", "{vs}[-1][:]",
        "chosen({vs}, {t})", "np.array([*{ns}, x, y, x][:3])", "u[1:]", "A[:, 1]",
        "np.mean({vs}, axis=0)",
    ),
    VECS: (
        "[u[i] * A[i, :3] for i in range(3)]", "[np.zeros(3)] * 3", "list(A.T)", "list(A[:, :3])",
        "[np.zeros(3) for _ in range(3)]", "[{v}.copy() for _ in range(3)]", "[{v}, {v}, {v}]",
        "[r.copy() for r in {vs}]", "[r for r in {vs}]", "[2.0 * r for r in {vs}]", "{vs}",
        "{vs}[::-1]", "{vs}[:]", "list({vs})", "{vs}.copy()", "turned({vs})", "{vs} + [{v}]",
        "[{v}] + {vs}[1:]", "sorted({vs}, key=lambda r: r[0])", "scaled({vs}, {c})",
        "[r for r in {vs} if r[0] > {t}] + {vs}[:2]", "[{v}, *{vs}[:2]]", "[x * u[:3], u[1:], {v}]",
        "[r * t for r, t in zip({vs}, {ns})] + [{v}]", "[A[j, 1:] for j in range(3)]",
    ),
    NUMS: (
        "[0.0] * 3", "[x, y, {n}]", "[t * {n} for t in u]", "list(u)", "[np.sum(r) for r in {vs}]",
        "sorted({ns})", "{ns}[::-1]", "{ns}[:]", "list({ns})", "{ns}", "{ns}.copy()",
        "raised({ns}, {c})", "[t * t for t in {ns}]", "{ns} + [{n}]", "u.tolist()", "list(s)",
        "[math.sin(u[i]) for i in range(4)]", "[r[0] for r in {vs}]", "list({v})",
        "[p * q for p, q in zip({ns}, {ns}[1:])] + [x, {n}, y]",
    ),
    GRID: (
        "[[0.0] * 3 for _ in range(3)]", "[[0.0] * 3] * 3", "[[x * u[i], {n}] for i in range(3)]",
        "[{ns}, {ns}, [x, y]]", "[list(r) for r in {vs}]", "[r.tolist() for r in A]",
        "[[u[i] * u[j] for j in range(3)] for i in range(3)]", "[{ns}[:] for _ in range(3)]",
    ),
    STACK: (
        "[[{v}.copy() for _ in range(2)] for _ in range(3)]", "[{vs}, {vs}[:]]",
        "[[{v}, {v}], {vs}]", "[[np.zeros(3)] * 2 for _ in range(2)]",
        "[{vs}[:2], {vs}[1:] + [{v}]]", "[[u[i] * r for r in {vs}] for i in range(2)]",
    ),
    KEYED: (
        "{{'p': {v}, 'q': {v}, 'r': np.zeros(3)}}", "{{k: x * u[1:] for k in ('p', 'q', 'r')}}",
        "dict(zip(('p', 'q', 'r'), {vs}))", "dict(p={v}, q=np.sin({v}), r={v}.copy())",
        "{{'p': {v}, 'q': {v}.copy(), 'r': A[0, 1:]}}",
    ),
    COEFS: (
        "{{'p': x, 'q': {n}, 'r': 0.0}}", "{{k: math.sin(t) for k, t in zip('pqr', u)}}",
        "dict(p={n}, q=y, r={n})", "dict.fromkeys(('p', 'q', 'r'), x)",
    ),
    GROUPS: (
        "{{'p': {vs}, 'q': [{v}, {v}], 'r': {vs}[:]}}",
        "{{k: [{v}.copy(), x * u[:3]] for k in ('p', 'q', 'r')}}",
        "{{'p': [u[1:], {v}], 'q': [r.copy() for r in {vs}], 'r': {vs}}}",
    ),
    PAIR: ("({vs}, {v})", "({vs}[:], {v}.copy())", "(list({vs}), {v})"),
    QUEUE: ("collections.deque({vs})", "collections.deque([{v}, {v}.copy()])"),
}  # fmt: skip
RESULTS = {
    NUM: "{0}", VEC: "{0}[0] * {0}[1] + {0}[2]",
    NUMS: "sum((i + 1) * c for i, c in enumerate({0}))",
    VECS: "sum((i + 1) * r[0] + r[1] * r[2] for i, r in enumerate({0}))",
    GRID: "sum((i + 1) * sum(r) + r[0] * r[-1] for i, r in enumerate({0}))",
    STACK: "sum((i + 1) * np.sum(r[0] * r[-1]) for i, r in enumerate({0}))",
    KEYED: "np.sum({0}['p'] * {0}['q'] + {0}['r'])", COEFS: "{0}['p'] * {0}['q'] + {0}['r']",
    GROUPS: "np.sum({0}['p'][0] * {0}['q'][-1]) + sum(np.sum(r) for r in {0}['r'])",
    PAIR: "np.sum({0}[0][0] * {0}[1])", QUEUE: "np.sum({0}[0] * {0}[-1])",
}  # fmt: skip
FIRST = ("rows = [u[1:] * y, A[0, :3].copy(), v]", "rows = [v, v * v, A[:, 0]]")
HEADS = ("x, y, u, A, s", "x, y, u, A, s", "x, y, u, A, s, R", "x, y, u, A, s, D")
