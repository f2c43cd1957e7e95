"""Programs that call what rules/written holds, each function of it at least once."""

import numpy as np

from corpus.cases import add_by_differences

X = np.array([0.3, -0.7, 1.2, 0.5])
Y = np.array([1.1, 0.4, 0.8, 2.3])
ROW = np.array([0.4, 1.3, -0.2])
M = np.array([[2.31, 1.25, -0.4, 0.35], [0.85, 1.9, 0.6, -0.7], [0.55, 0.7, 3.1, 1.1]])
A = M[:, :3]
T = np.arange(24.0).reshape(2, 3, 4) ** 1.1 / 7 + np.sin(np.arange(24.0)).reshape(2, 3, 4)
MASK = np.array([True, False, True, True])


def sum_where(x: "Float[np.ndarray, '4']"):
    return np.sum(x, where=x > 0.2), np.sum(x, initial=2.0), x.sum(where=MASK)


add_by_differences(sum_where, X)


def mean_where(x: "Float[np.ndarray, '3 4']"):
    return np.mean(x, axis=0, where=x > 0.2), np.std(x, where=x > 0), np.var(x, axis=1, where=x > 0)


add_by_differences(mean_where, M)


def max_where(x: "Float[np.ndarray, '4']"):
    return (
        np.max(x, where=x < 1, initial=-5.0),
        x.min(initial=0.1),
        np.prod(x, where=x > 0),
        np.prod(x, initial=2.0),
    )


add_by_differences(max_where, X)


def cov1(x: "Float[np.ndarray, '3 4']"):
    return np.cov(x)


add_by_differences(cov1, M)


def cov2(x: "Float[np.ndarray, '3 4']"):
    return np.cov(x, rowvar=False, bias=True)


add_by_differences(cov2, M)


def cov3(x: "Float[np.ndarray, '4']", y: "Float[np.ndarray, '4']"):
    return np.cov(x, y), np.cov(x), np.corrcoef(x, y)


add_by_differences(cov3, X, Y)


def cov4(x: "Float[np.ndarray, '3 4']", w: "Float[np.ndarray, '4']"):
    return np.cov(x, aweights=w), np.cov(x, fweights=np.array([1, 2, 1, 3]))


add_by_differences(cov4, M, Y)


def corr(x: "Float[np.ndarray, '3 4']"):
    return np.corrcoef(x)


add_by_differences(corr, M)


def quant(x: "Float[np.ndarray, '4']"):
    return np.quantile(x, [0.25, 0.5, 0.9]), np.percentile(x, (10, 60))


add_by_differences(quant, X)


def cums(x: "Float[np.ndarray, '3 4']"):
    return (
        np.cumulative_sum(x, axis=1),
        np.cumulative_sum(x[0], include_initial=True),
        np.cumulative_prod(x, axis=0),
    )


add_by_differences(cums, M)


def avg(x: "Float[np.ndarray, '3 4']", w: "Float[np.ndarray, '3']"):
    a, b = np.average(x, axis=0, weights=w, returned=True)
    return a, b


add_by_differences(avg, M, ROW)


def grad1(x: "Float[np.ndarray, '4']"):
    return (
        np.gradient(x),
        np.gradient(x, 0.3),
        np.gradient(x, edge_order=2),
        np.gradient(x, np.array([0.0, 1.0, 1.5, 3.0])),
    )


add_by_differences(grad1, X)


def grad2(x: "Float[np.ndarray, '3 4']"):
    gy, gx = np.gradient(x, 0.5, 0.2)
    return (
        gy * gx,
        np.gradient(x, axis=0),
        np.gradient(x, np.array([0.0, 1.0, 1.5, 3.0]), axis=1, edge_order=2),
    )


add_by_differences(grad2, M)


def grad3(x: "Float[np.ndarray, '4']", y: "Float[np.ndarray, '4']"):
    return np.gradient(y, np.sort(x), edge_order=2)


add_by_differences(grad3, X, Y)


def joined(x: "Float[np.ndarray, '4']", y: "Float[np.ndarray, '4']"):
    return np.dstack((x, y)), np.block([x, y]), np.block([[M, M], [M, M * x]]), np.concat([x, y])


add_by_differences(joined, X, Y)


def splits(x: "Float[np.ndarray, '3 4']"):
    a, b = np.hsplit(x, 2)
    c = np.vsplit(x, 3)
    return a * b, c[0] * c[1]


add_by_differences(splits, M)


def axes(x: "Float[np.ndarray, '2 3 4']"):
    return (
        np.permute_dims(x, (1, 2, 0)),
        np.rollaxis(x, 2),
        np.trace(x, axis1=1, axis2=2),
        np.diagonal(x, 0, 1, 2),
        np.linalg.trace(x),
    )


add_by_differences(axes, T)


def orders(x: "Float[np.ndarray, '3 4']"):
    return (
        x.reshape((4, 3), order="F"),
        x.ravel(order="F"),
        x.flatten("F"),
        np.reshape(x, -1, order="F"),
    )


add_by_differences(orders, M)


def along(x: "Float[np.ndarray, '3 4']"):
    return np.apply_along_axis(lambda r: r * r.sum(), 0, x), np.apply_along_axis(np.sum, 1, x)


add_by_differences(along, M)


def of_functions(x: "Float[np.ndarray, '3 4']"):
    y = np.fromiter((row.sum() * row[0] for row in x), dtype=float)
    a = np.fromfunction(lambda i, j: i * x[0, 1] + j**2 * x[1, 2], (3, 2))
    weights = [x[0, 0], x[1, 1], x[2, 2] * x[0, 0]]
    return y, a, np.histogram([0.1, 0.4, 0.45], bins=3, weights=weights)[0]


add_by_differences(of_functions, M)


def over(x: "Float[np.ndarray, '3 4']"):
    return np.apply_over_axes(np.sum, x, [0, 1])


add_by_differences(over, M)


def clips(x: "Float[np.ndarray, '4']"):
    return x.clip(min=0), x.clip(max=0.4), np.clip(x, a_min=0, a_max=1), x.clip(0, 1)


add_by_differences(clips, X)


def rots(x: "Float[np.ndarray, '2 3 4']"):
    return np.rot90(x, axes=(1, 2)), np.rot90(x, 2, (0, 2))


add_by_differences(rots, T)


def resizes(x: "Float[np.ndarray, '4']"):
    return np.resize(x, (2, 3)), np.diagflat(x)


add_by_differences(resizes, X)


def selected(x: "Float[np.ndarray, '4']"):
    return np.select([x < 0, x < 1], [x**2, 3 * x], 7.0), np.select([x < 0.4, x > 1], [x**2, 3 * x])


add_by_differences(selected, X)


def chosen(x: "Float[np.ndarray, '4']", y: "Float[np.ndarray, '4']"):
    return np.choose(np.array([0, 1, 2, 1]), [x, y, x * y])


add_by_differences(chosen, X, Y)


def pieces(x: "Float[np.ndarray, '4']"):
    return np.piecewise(x, [x < 0, x >= 0], [lambda t: -(t**2), lambda t: t**3])


add_by_differences(pieces, X)


def pieces2(x: "Float[np.ndarray, '4']"):
    return np.piecewise(x, [x < 0], [np.sin, 2.0])


add_by_differences(pieces2, X)


def pieces3(x: "Float[np.ndarray, '4']"):
    def f(t):
        return t * 2

    return np.piecewise(x, [x < 0, x > 1], [f, np.exp, lambda t: t * t])


add_by_differences(pieces3, X)


def picked(x: "Float[np.ndarray, '3 4']"):
    return (
        np.compress([True, False, True], x, axis=0),
        np.extract(x > 0.5, x),
        x.compress([True, False, True], axis=0),
    )


add_by_differences(picked, M)


def parted(x: "Float[np.ndarray, '4']"):
    return np.partition(x, 2), np.sort(x, kind="stable")


add_by_differences(parted, X)


def puts(x: "Float[np.ndarray, '4']", y: "Float[np.ndarray, '4']"):
    a = np.zeros(6)
    np.put(a, [0, 4, 2, 1], x * y)
    np.put(a, [3], x[0])
    b = np.zeros((2, 2))
    np.put_along_axis(b, np.array([[0], [1]]), x[:2, None], axis=1)
    c = y.copy()
    np.place(c, x > 0.4, x[:2])
    d = y.copy()
    np.putmask(d, x > 0.4, x * x)
    e = y.copy()
    np.copyto(e, x, where=x > 0.4)
    f = y.copy()
    np.subtract.at(f, [0, 0, 1], x[:3])
    return a, b, c, d, e, f


def puts_by_tuples_and_truth_values(x: "Float[np.ndarray, '4']"):
    a = np.ones(6) * x[3]
    np.put(a, (0, 4), x[2] * x[:2])
    b = np.ones(3) * x[0]
    np.put(b, x[:2] > 0.0, x[2:] * x[2:])  # the places 0 and 1: no mask
    return a, b


add_by_differences(puts_by_tuples_and_truth_values, X)


add_by_differences(puts, X, Y)


def trapz(x: "Float[np.ndarray, '4']", y: "Float[np.ndarray, '4']"):
    return (
        np.trapezoid(M, axis=0) * x,
        np.trapezoid(M * x, np.outer(np.ones(3), y), axis=1),
        np.trapezoid(M.T * x[:, None], y, axis=0),
        np.trapezoid(M * x, y),
    )


add_by_differences(trapz, X, Y)


def mesh(x: "Float[np.ndarray, '4']", y: "Float[np.ndarray, '4']"):
    a, b, c = np.meshgrid(x, y, x[:2], indexing="ij")
    d, e = np.meshgrid(x, y, sparse=True)
    return a * b * c, d * e


add_by_differences(mesh, X, Y)


def lins(a: float, b: float):
    t, dt = np.linspace(a, b, 5, retstep=True)
    return t * dt


add_by_differences(lins, 0.3, 1.7)


def interps(x: "Float[np.ndarray, '4']", f: "Float[np.ndarray, '4']"):
    xp = np.array([0.0, 1.0, 2.5, 3.0])
    return np.interp(x, xp, f, left=0.0, right=x[0]), np.interp(x, xp, f, period=4.0)


add_by_differences(interps, np.array([-2.0, 0.3, 7.4, 2.2]), X)


def prods(a: "Float[np.ndarray, '3 4']", x: "Float[np.ndarray, '4']"):
    return (
        np.vecdot(a, x),
        np.matvec(a, x),
        np.linalg.outer(x, x),
        np.maximum.outer(x, a[0]),
        np.divide.outer(x, x),
    )


add_by_differences(prods, M, Y)


def conds(a: "Float[np.ndarray, '3 3']"):
    return np.linalg.cond(a), np.linalg.cond(a, "fro"), np.linalg.cond(a, 1)


add_by_differences(conds, A)


def tens(a: "Float[np.ndarray, '2 3 6']", b: "Float[np.ndarray, '2 3']"):
    return np.linalg.tensorsolve(a, b)


add_by_differences(
    tens,
    np.random.default_rng(0).normal(size=(2, 3, 6)),
    np.random.default_rng(0).normal(size=(2, 3)),
)


def tensi(a: "Float[np.ndarray, '2 3 6']"):
    return np.linalg.tensorinv(a, ind=2)


add_by_differences(tensi, np.random.default_rng(0).normal(size=(2, 3, 6)))


def fits(x: "Float[np.ndarray, '4']", y: "Float[np.ndarray, '4']"):
    return (
        np.polyfit(x, y, 2),
        np.polydiv(x, y[:2])[0],
        np.polyval(np.polyfit(x, y, 1, w=np.array([1.0, 2.0, 1.0, 1.0])), 0.3),
        np.vander(x, 3),
    )


add_by_differences(fits, X, Y)


def polys(x: "Float[np.ndarray, '4']", c: "Float[np.ndarray, '4']"):
    return (
        np.polynomial.polynomial.polyval(x, c),
        np.polynomial.chebyshev.chebval(x, c),
        np.polynomial.legendre.legval(x, c),
        np.polynomial.hermite.hermval(x, c),
        np.polymul(x, c),
        np.polyadd(x, c[:2]),
        np.poly(x),
        np.polyint(x),
        np.polyder(x),
    )


add_by_differences(polys, X, Y)


def hists(x: "Float[np.ndarray, '4']", w: "Float[np.ndarray, '4']"):
    h, e = np.histogram(x, bins=3, weights=w)
    h2, _ = np.histogram(x, bins=np.array([-1.0, 0.0, 2.0]), weights=w, density=True)
    h3, _ = np.histogram(x, 4, range=(-1, 2.1))
    return h, e, h2, h3 * x


add_by_differences(hists, X, Y)


def mods(x: "Float[np.ndarray, '4']", y: "Float[np.ndarray, '4']"):
    a, b = np.modf(x)
    c, d = np.divmod(x, y)
    return a * b, c * d, np.ldexp(x, 3), np.einsum("i,i", x, y, optimize=True)


add_by_differences(mods, X, Y)


def rcs(x: "Float[np.ndarray, '4']"):
    return np.r_[x, 1.0, x[0]], np.c_[x, x * x], np.r_[0:3, x], np.c_[M.T, x]


add_by_differences(rcs, X)


def grids(a: float):
    i, j = np.mgrid[0:3, 1:4]
    y, x = np.ogrid[-1:1:4j, 0:2]
    t = np.mgrid[0:1:5j]
    return a * i * j, a * y + x, a * t, np.mgrid[:2, :3] * a


add_by_differences(grids, 0.7)


def masked(x: "Float[np.ndarray, '3']"):
    out = np.zeros_like(x)
    np.divide(1.0, x, out=out, where=np.array([False, True, True]))
    return (
        out,
        np.log(x, out=np.zeros_like(x), where=np.array([False, True, False])),
        np.sqrt(x, where=np.array([False, True, False]), out=x.copy()),
        np.multiply(x, x, out=np.ones(3), where=[True, False, True]),
    )


add_by_differences(masked, np.array([0.0, 1.0, -2.0]))


def more(x: "Float[np.ndarray, '4']", y: "Float[np.ndarray, '4']"):
    wide = np.broadcast_arrays(x, np.ones((2, 4)))[0]
    return wide, np.unstack(np.stack([x, y]))[1]


add_by_differences(more, X, Y)


def meth(x: "Float[np.ndarray, '3 4']"):
    a = x.copy()
    a[0].partition(2)
    b = x.copy()
    b.put([0, 3], [x[0, 1], 2.0])
    return (
        a,
        b,
        x.diagonal(1),
        x.trace(),
        x.take([1, 2], axis=1),
        x.repeat(2, axis=0),
        x.swapaxes(0, 1),
        x.cumsum(axis=1),
        x.argsort() * 1.0,
        x.nonzero()[0] * 1.0,
    )


add_by_differences(meth, M)


def several_stacks(t: "Float[np.ndarray, '2 3 4']"):
    a, b = np.dsplit(t, 2)
    front, back = np.vecmat(t[:, 0, :3], t), np.linalg.vecdot(t, t)
    return a * b, front, back, np.linalg.matmul(t, np.linalg.matrix_transpose(t))


add_by_differences(several_stacks, T)


def algebra(
    a: "Float[np.ndarray, '3 3']", x: "Float[np.ndarray, '3']", y: "Float[np.ndarray, '3']"
):
    return (
        np.linalg.cross(x, y),
        np.cross(a, a[::-1] * 2, axis=0),
        np.linalg.tensordot(a, a, axes=1),
        np.linalg.diagonal(a),
        np.linalg.matrix_norm(a),
        np.linalg.svd(a, compute_uv=False),
    )


add_by_differences(algebra, A, ROW, M[0, :3])


def outer_of_functions(x: "Float[np.ndarray, '4']", y: "Float[np.ndarray, '4']"):
    return np.minimum.outer(x, y), np.true_divide.outer(x, y), np.power.outer(y, x[:2])


add_by_differences(outer_of_functions, X, Y)


def hypotenuses(x: "Float[np.ndarray, '4']", y: "Float[np.ndarray, '4']"):
    return np.hypot.outer(x, y), np.multiply.accumulate(y), np.polysub(x, y[:2])


add_by_differences(hypotenuses, X, Y)


def tests_of_all(x: "Float[np.ndarray, '4']"):
    keep = np.logical_or.reduce([x > 1, x < 0]) | ~np.logical_and.reduce([x < 1, x > -5])
    some = np.any(x, where=x > 0) and np.all(x > 0, where=x > 0)
    return np.where(keep, x * x, x) * some


add_by_differences(tests_of_all, X)


def other_polynomials(x: "Float[np.ndarray, '4']", y: "Float[np.ndarray, '4']"):
    p = np.polynomial.polynomial.polyfit(x, y, 2)
    v = np.polynomial.polynomial.polyvander(x, 2)
    return p, v @ p, np.polynomial.polynomial.polyder(p), np.histogram_bin_edges(x, 3)


add_by_differences(other_polynomials, X, Y)


def extremes_from(x: "Float[np.ndarray, '4']"):
    return np.amax(x, initial=0.1), np.amin(x, initial=0.1), np.asanyarray(x) * 2.0


add_by_differences(extremes_from, X)


def several_diagonals(t: "Float[np.ndarray, '2 3 4']"):
    u = t * 2.0
    d = np.diagonal(u, axis1=1, axis2=2)
    g, _ = np.meshgrid(t[0, 0], t[0, 1], sparse=True)
    g[0, 0] = 7.0
    order = np.argsort(t[0, 0], kind="stable")
    return d * 1.0, g, t[0, 0], np.polyder(t[0, 0], m=2), t[0, 1][order]


add_by_differences(several_diagonals, T)


def hermitian_transforms(x: "Float[np.ndarray, '4']"):
    z = x + 1j * x[::-1] ** 2
    return (
        np.fft.hfft(z),
        np.fft.hfft(z, 5, norm="ortho"),
        np.fft.hfft(z, norm="forward"),
        np.fft.ihfft(x).real,
        np.fft.ihfft(x, n=6, norm="backward").imag,
    )


add_by_differences(hermitian_transforms, X)


def histograms_of_points(
    x: "Float[np.ndarray, '4']", y: "Float[np.ndarray, '4']", w: "Float[np.ndarray, '4']"
):
    h, _, _ = np.histogram2d(x, y, bins=(2, 3), weights=w)
    h2, ex, ey = np.histogram2d(x, y, 2, range=[[-1, 1], [0, 3]], density=True, weights=w * w)
    h3, edges = np.histogramdd(np.stack((x, y, w), axis=1), bins=(2, 2, 2), weights=w)
    h4, _ = np.histogramdd([x, y], bins=[np.array([-1.0, 0.0, 2.0]), np.array([0.0, 3.0])])
    h5, _, _ = np.histogram2d(x, y, bins=np.array([-1.0, 0.6, 3.0]), weights=w)
    return h, h2, h3, h4 * w[0], h5, edges[1] * x[0], ex, ey


add_by_differences(histograms_of_points, X, Y, np.array([0.5, 1.2, -0.3, 2.0]))


def conditions_of_stacks(a: "Float[np.ndarray, '2 3 3']"):
    return np.linalg.cond(a), np.linalg.cond(a, "fro"), np.linalg.cond(a, -2), np.linalg.cond(a, 1)


add_by_differences(conditions_of_stacks, np.stack((A, A @ A.T + 0.3)))


def inverse_by_tolerance(a: "Float[np.ndarray, '3 4']"):
    return np.linalg.pinv(a, rtol=1e-12), np.linalg.pinv(a, rcond=1e-12)


add_by_differences(inverse_by_tolerance, M)


def polynomials_from_the_lowest(x: "Float[np.ndarray, '4']", c: "Float[np.ndarray, '4']"):
    return (
        np.polynomial.polynomial.polyadd(x, c[:2]),
        np.polynomial.polynomial.polysub(x[:3], c),
        np.polynomial.polynomial.polymul(x, c),
        np.polynomial.polynomial.polyint(c),
        np.polynomial.polynomial.polyint(c, 1, 0.5),
        np.polynomial.polynomial.polyfromroots(x),
    )


add_by_differences(polynomials_from_the_lowest, X, Y)


def orthogonal_polynomials(x: "Float[np.ndarray, '4']", c: "Float[np.ndarray, '4']"):
    return (
        np.polynomial.chebyshev.chebvander(x, 3) @ c,
        np.polynomial.legendre.legvander(x, 3) @ c,
        np.polynomial.chebyshev.chebfit(x, c, 2),
        np.polynomial.legendre.legfit(x, c, 1, w=np.array([1.0, 2.0, 1.0, 1.0])),
        np.polynomial.hermite_e.hermeval(x, c),
        np.polynomial.laguerre.lagval(x, c),
        np.polynomial.chebyshev.chebvander(c, 0),
    )


add_by_differences(orthogonal_polynomials, X, Y)


def outer_of_angles(x: "Float[np.ndarray, '4']", y: "Float[np.ndarray, '4']"):
    return np.logaddexp.outer(x, y), np.arctan2.outer(x, y[:2])


add_by_differences(outer_of_angles, X, Y)


def moving_means(x: "Float[np.ndarray, '4']", m: "Float[np.ndarray, '3 4']"):
    windows = np.lib.stride_tricks.sliding_window_view(x, 2)
    before = windows.mean(axis=1)
    x[1] = 3.0 * x[0]
    patches = np.lib.stride_tricks.sliding_window_view(m, (2, 2))
    return before, windows.max(axis=1), np.linspace(x, m[0], 3, axis=1), patches.sum(axis=(2, 3))


add_by_differences(moving_means, X, M)


def in_an_order_of_memory(x: "Float[np.ndarray, '4']", n: int):
    a = np.array([[x[0], x[1]], [x[2], x[3]]], order="F")
    a[0] *= 2.0
    b = np.copy(a, order="F")
    b[:, 1] = np.zeros((2, 2), order="F")[1] + x[:2]
    c = x.astype(np.float64, order="F") * np.ones((3, 4), np.float64, "F")
    d = np.empty_like(c, order="C")
    d[:] = c + np.zeros_like(c, order="F")
    flat = np.zeros((2, 2), order="C").reshape(-1)
    flat[1] = x[2]
    e = np.empty((n, n), order="F")
    for i in range(n):
        e[i] = x[:n] * i
        e[:, i] += x[i]
    whole = (a @ b).sum() + (np.asarray(d, order="F") @ d.T).sum() + flat @ x
    return whole + np.full((2, 2), x[0], order="F")[0, 1] * np.linalg.det(e + np.eye(n))


add_by_differences(in_an_order_of_memory, X, 3)


HOLED = np.array([[0.3, np.nan, 1.2, 0.5], [np.nan, 0.4, -0.8, 2.3], [0.7, 0.1, 0.9, -1.4]])


def where_and_initial_of_numbers(x: "Float[np.ndarray, '3 4']", m: "Bool[np.ndarray, '4']"):
    y = np.where(np.isnan(HOLED), HOLED, x)
    return (
        np.nansum(y, axis=0, where=m, initial=2.0),
        np.nanprod(y, axis=1, keepdims=True, initial=0.5),
        np.nanmax(y, axis=0, initial=-3.0, where=y < 1),
        np.nanmin(y, initial=3.0),
        np.nanmean(y, axis=1, where=m),
        np.nanvar(y, axis=0, correction=1, where=y > -1),
        np.nanstd(y, 0, None, None, 1),
    )


add_by_differences(where_and_initial_of_numbers, M, MASK)


def running_in_another_dtype(x: "Float[np.ndarray, '3 4']"):
    y = np.where(np.isnan(HOLED), HOLED, x)
    return (
        np.cumsum(x, 0, np.float64), np.cumprod(x, axis=-1, dtype=float),
        np.nancumsum(y, axis=1, dtype=np.float64), np.nancumprod(y, 0, float),
        np.cumulative_sum(x, axis=1, dtype=np.float64, include_initial=True),
    )  # fmt: skip


add_by_differences(running_in_another_dtype, M)


def joined_in_another_dtype(x: "Float[np.ndarray, '4']", y: "Float[np.ndarray, '4']"):
    rows = np.vstack((x, y), dtype=np.float64) @ np.stack((y, x), axis=1, dtype=float)
    return rows, np.hstack((x, y), dtype=float) * np.concatenate((y, x), dtype=np.float64)


add_by_differences(joined_in_another_dtype, X, Y)


def several_at_least(x: "Float[np.ndarray, '4']", p: float):
    a, b = np.atleast_1d(x, p)
    c, d = np.atleast_2d(x * p, p)
    e, f = np.atleast_3d(p, x)
    return a * b, c.T @ d, e * f


add_by_differences(several_at_least, X, 0.7)


def differences_with_ends(x: "Float[np.ndarray, '4']", p: float):
    wide = np.ediff1d(x * p, x[:2]) / np.size(x, axis=0)
    return np.ediff1d(x, to_begin=p, to_end=[p * p, 1.0]), wide


add_by_differences(differences_with_ends, X, 0.7)


def chosen_around(x: "Float[np.ndarray, '4']", y: "Float[np.ndarray, '4']"):
    i = np.array([4, -1, 0, 2])
    around, cut = np.choose(i, [x, y], mode="wrap"), np.choose(i, [x * y, y, x], mode="clip")
    return around * cut, np.take(x, i, mode="wrap"), np.outer(x, y).take(i, 0, None, "clip")


add_by_differences(chosen_around, X, Y)


def quantiles_between(x: "Float[np.ndarray, '2 3 4']"):
    return (
        np.quantile(x, 0.3, axis=(0, 2), method="hazen"),
        np.quantile(x, [0.2, 0.7], axis=-1, method="weibull", keepdims=True),
        np.percentile(x, 40, 0, None, False, "median_unbiased"),
        np.percentile(x, (20, 55), axis=1, method="interpolated_inverted_cdf"),
        np.quantile(x, 0.9, method="normal_unbiased"),
    )


add_by_differences(quantiles_between, T)


def spread_about(x: "Float[np.ndarray, '3 4']", centre: "Float[np.ndarray, '4']"):
    return np.var(x, axis=0, mean=centre), np.std(x, axis=0, ddof=1, mean=centre, keepdims=True)


add_by_differences(spread_about, M, X)
