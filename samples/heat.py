"""How well a rod conducts heat, place by place, from noisy thermometers.

    adcompile samples/heat.py --head "misfit(k) > return" --mode adjoint -o heat_adjoint.py

An explicit scheme for u_t = (k u_x)_x, updated in place.  The misfit between its temperatures and
the measured ones is minimized over the conductivity k of every cell boundary, with
`scipy.optimize.minimize(jac=True)`.
"""

import numpy as np


def misfit(
    k: "Float[np.ndarray, 'm']",
    u0: "Float[np.ndarray, 'n']",
    measured: "Float[np.ndarray, 'steps n']",
    ratio: float,
    smooth: float,
):
    """Squared distance to the measured temperatures, and a penalty for rough profiles."""
    u = u0.copy()
    cost = 0.0
    for step in range(len(measured)):
        flux = k * (u[1:] - u[:-1])
        u[1:-1] += ratio * (flux[1:] - flux[:-1])
        r = u - measured[step]
        cost += np.sum(r * r)
    rough = k[1:] - k[:-1]
    return cost + smooth * np.sum(rough * rough)


def simulate(k: np.ndarray, u0: np.ndarray, steps: int, ratio: float) -> np.ndarray:
    u = u0.copy()
    history = np.empty((steps, len(u)))
    for step in range(steps):
        flux = k * (u[1:] - u[:-1])
        u[1:-1] += ratio * (flux[1:] - flux[:-1])
        history[step] = u
    return history


def experiment(n: int = 32, steps: int = 400, ratio: float = 0.2, noise: float = 0.01):
    """The true profile, the initial temperatures and what the thermometers say."""
    place = (np.arange(n - 1) + 0.5) / (n - 1)
    k_true = 1.0 + 0.6 * np.sin(2.0 * np.pi * place) - 0.3 * (place > 0.7)
    rod = np.linspace(0.0, 1.0, n)
    u0 = np.sin(np.pi * rod) + 0.5 * np.sin(3.0 * np.pi * rod) + rod
    clean = simulate(k_true, u0, steps, ratio)
    measured = clean + noise * np.random.default_rng(3).normal(size=clean.shape)
    return k_true, u0, measured, ratio


def recover(value_and_grad, u0, measured, ratio, smooth=0.02) -> np.ndarray:
    """The profile that explains the measurements best; value_and_grad(k, ...) is of `misfit`."""
    from scipy.optimize import minimize

    found = minimize(
        value_and_grad,
        np.ones(len(u0) - 1),
        args=(u0, measured, ratio, smooth),
        jac=True,
        method="L-BFGS-B",
        bounds=[(0.05, 2.4)] * (len(u0) - 1),
        options={"maxiter": 100},
    )
    return found.x


def main() -> None:
    import adcompile as ad

    k_true, u0, measured, ratio = experiment()
    k = recover(ad.value_and_grad(misfit), u0, measured, ratio)
    for place, (true, found) in enumerate(zip(k_true, k, strict=True)):
        if place % 3 == 0:
            print(f"cell {place:2}: true {true:.3f}  recovered {found:.3f}")
    print(f"root mean square error {np.sqrt(np.mean((k - k_true) ** 2)):.3f}")


if __name__ == "__main__":
    main()
