"""How many times faster than other programs the default training engine is, iteration by iteration.

Each program trains the leaky network of `training_speed.py` (its sizes, two inputs and outputs, ReLU, recurrent noise,
float32, one thread, masked squared error, clipping, Adam) as its documents say, in a process of its own with the Python
given; this process asks each in turn for some iterations in a row, as in a training, of which the first is not counted
(it finds the caches as the others left them). Process CPU time of one; the median counts.

- *psychrnn*: PsychRNN 1.0.0's `BasicScan`, the step alone: the batch is the same each time.
- *psychrnn whole*: with the batches of its own generator (perceptual discrimination; S1 only), against rnnlab with
  those of the same task here.
- *nn4n*: `CTRNN`. *neuralrnn*: `ctrnn` with nonlinearity_mode "rate". *jax*: `lax.scan` under `jit`, optax.

An environment for the others, apart from this one's:

    python -m venv peers && peers/bin/pip install psychrnn==1.0.0 tensorflow nn4n jax optax
    peers/bin/pip install --no-deps neuralrnn gym neurogym gymnasium gym_notices
    peers/bin/pip install safetensors tqdm
    python benchmarks/training_peers.py --python peers/bin/python [S1 S2 ...] [--repeats 8]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

for _variable in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
    os.environ.setdefault(_variable, "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import numpy as np

SIZES = {"S1": (50, 128, 200), "S2": (100, 64, 200), "S3": (256, 64, 200), "S4": (50, 128, 50), "S5": (50, 16, 200)}
"""Units, trials, steps."""

WANTED = {
    "psychrnn": {"S1": 4.5, "S2": 4.0, "S3": 3.2, "S4": 4.2},
    "psychrnn whole": {"S1": 15.0},
    "nn4n": {"S1": 3.0, "S2": 2.8, "S3": 2.2, "S4": 3.0},
    "neuralrnn": {"S1": 3.0, "S2": 2.8, "S3": 2.2, "S4": 3.0},
    "jax": {"S1": 2.8, "S2": 2.5, "S3": 2.5, "S4": 1.6, "S5": 1.0},
}
DT, TAU, SIGMA, RATE = 10.0, 100.0, 0.05, 1e-3

Size = tuple[int, int, int]
Iteration = Callable[[], Any]


def batch(size: Size) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Inputs, targets and mask, (trial, time, channel) float32."""
    rng, shape = np.random.default_rng(0), (size[1], size[2], 2)
    inputs, targets = (rng.standard_normal(shape).astype(np.float32) for _ in range(2))
    return inputs, targets, np.ones(shape, np.float32)


# ---------------------------------------------------------------------------------------------------- the others


def psychrnn(size: Size, whole: bool = False) -> Iteration:
    """Its training loop's work: one ``session.run`` of its optimiser, clipping each array as it does."""
    import tensorflow as tf
    from psychrnn.backend.models.basic import BasicScan
    from psychrnn.tasks.perceptual_discrimination import PerceptualDiscrimination

    tf.compat.v1.disable_eager_execution()
    n_units, n_trials, n_steps = size
    task = PerceptualDiscrimination(dt=DT, tau=TAU, T=n_steps * DT, N_batch=n_trials)
    network = BasicScan(task.get_task_params() | {"name": "peer", "N_rec": n_units, "rec_noise": SIGMA})
    network.build()
    optimiser = tf.compat.v1.train.AdamOptimizer(learning_rate=RATE)
    gradients = optimiser.compute_gradients(network.reg_loss)
    clipped = [(tf.clip_by_norm(g, 1.0), v) if g is not None else (g, v) for g, v in gradients]
    optimise = optimiser.apply_gradients(clipped)
    network.sess.run(tf.compat.v1.global_variables_initializer())
    batches, same = task.batch_generator(), batch(size)

    def iteration() -> Any:
        x, y, mask = next(batches)[:3] if whole else same
        return network.sess.run(optimise, feed_dict={network.x: x, network.y: y, network.output_mask: mask})

    return iteration


def _torch_loop(forward: Callable[[Any], Any], parameters: list[Any], size: Size, time_first: bool) -> Iteration:
    """What their examples do with a model's outputs."""
    import torch

    torch.set_num_threads(1)
    optimiser = torch.optim.Adam(parameters, lr=RATE)
    inputs, targets, mask = (torch.from_numpy(a) for a in batch(size))
    if time_first:
        inputs, targets, mask = (t.transpose(0, 1).contiguous() for t in (inputs, targets, mask))

    def iteration() -> float:
        optimiser.zero_grad()
        loss = (mask * (forward(inputs) - targets) ** 2).sum() / mask.sum()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        return float(loss.item())

    return iteration


def nn4n(size: Size) -> Iteration:
    """Its continuous-time network, time first."""
    from nn4n.model import CTRNN

    model = CTRNN(dims=[2, size[0], 2], preact_noise=SIGMA, dt=DT, tau=TAU, activation="relu", biases="zero")
    model.train()
    return _torch_loop(lambda u: model(u)[0], [p for p in model.parameters() if p.requires_grad], size, time_first=True)


def neuralrnn(size: Size) -> Iteration:
    """Its continuous-time network; leak before the nonlinearity, as here."""
    from neuralrnn import AutoConfig, AutoModel

    options = {"dt": DT, "tau": TAU, "sigma_rec": SIGMA, "nonlinearity_mode": "rate", "activation": "relu"}
    config = AutoConfig.for_model("ctrnn", input_dim=2, latent_dim=size[0], output_dim=2, trainable_h0=True, **options)
    model = AutoModel.from_config(config)
    model.train()
    return _torch_loop(lambda u: model(u).outputs, list(model.parameters()), size, time_first=False)


def jax(size: Size) -> Iteration:
    """The whole update compiled as one function."""
    import jax
    import jax.numpy as jnp
    import optax

    n_units, n_trials, n_steps = size
    key, alpha = jax.random.PRNGKey(0), DT / TAU
    inputs, targets, mask = (jnp.asarray(a.swapaxes(0, 1)) for a in batch(size))
    keys = jax.random.split(key, 4)
    p = {
        "W_in": jax.random.normal(keys[0], (2, n_units)) / 2**0.5,
        "W_rec": jax.random.normal(keys[1], (n_units, n_units)) / n_units**0.5,
        "W_out": jax.random.normal(keys[2], (n_units, 2)) / n_units,
        "b_rec": jnp.zeros(n_units),
        "b_out": jnp.zeros(2),
        "x0": jnp.full(n_units, 0.1),
    }
    optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(RATE))

    def loss(p: Any, key: Any) -> Any:
        noise = (2 * alpha) ** 0.5 * SIGMA * jax.random.normal(key, (n_steps, n_trials, n_units))
        given = alpha * (inputs @ p["W_in"] + p["b_rec"]) + noise

        def step(x: Any, drive: Any) -> Any:
            x = (1 - alpha) * x + alpha * jax.nn.relu(x) @ p["W_rec"] + drive
            return x, x

        _, states = jax.lax.scan(step, jnp.broadcast_to(p["x0"], (n_trials, n_units)), given)
        outputs = jax.nn.relu(states) @ p["W_out"] + p["b_out"]
        return (mask * (outputs - targets) ** 2).sum() / mask.sum()

    @jax.jit
    def update(p: Any, state: Any, key: Any) -> Any:
        value, gradient = jax.value_and_grad(loss)(p, key)
        changes, state = optimiser.update(gradient, state)
        return optax.apply_updates(p, changes), state, value

    now = [p, optimiser.init(p), 0]

    def iteration() -> float:
        now[2] += 1
        now[0], now[1], value = update(now[0], now[1], jax.random.fold_in(key, now[2]))
        return float(value)

    return iteration


# ----------------------------------------------------------------------------------------------------------- ours


def rnnlab(size: Size, whole: bool = False) -> Iteration:
    """The default engine; ``whole``: with fresh batches of its own task."""
    import torch

    import rnnlab as rl
    from rnnlab.training.learner import Learner
    from rnnlab.training.noise import Noise
    from rnnlab.training.trials import Trials

    torch.set_num_threads(1)
    n_units, n_trials, _ = size
    network = rl.networks.LeakyRNN(n_units=n_units, dt=DT, tau=TAU, noise=SIGMA)
    learner = Learner(network, rl.Training(learning_rate=RATE), 2, 2)
    learner.initialise(network.initialise(2, 2, np.random.default_rng(0)))
    task, same, count = rl.tasks.get("perceptual_discrimination"), batch(size), iter(range(10**9))  # of 2 s: 200 steps

    def iteration() -> float:
        k = next(count)
        if whole:
            trials = Trials.from_batch(task.sample(n_trials, dt=DT, seed=k), torch.float32)
        else:
            trials = Trials.from_arrays(*same, dtype=torch.float32)
        return learner.learn(trials, Noise("table", 0, "noise", k)).loss

    return iteration


PROGRAMS: dict[str, Callable[[Size], Iteration]] = {
    "rnnlab": rnnlab,
    "psychrnn": psychrnn,
    "nn4n": nn4n,
    "neuralrnn": neuralrnn,
    "jax": jax,
    "rnnlab whole": lambda size: rnnlab(size, whole=True),
    "psychrnn whole": lambda size: psychrnn(size, whole=True),
}


IN_A_ROW = 4
"""Iterations that are timed together."""


def serve(program: str, size: str) -> None:
    """Some iterations for each line read; the CPU seconds of one are printed."""
    iteration = PROGRAMS[program](SIZES[size])
    for _ in range(3):
        iteration()
    print("ready", flush=True)
    for _ in sys.stdin:
        iteration()
        start = time.process_time()
        for _ in range(IN_A_ROW):
            iteration()
        print((time.process_time() - start) / IN_A_ROW, flush=True)


class Served:
    """A program in a process of its own."""

    def __init__(self, python: str, program: str, size: str) -> None:
        command = [python, __file__, "--serve", program, size]
        pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
        self._process = subprocess.Popen(command, **pipes)

    def ready(self) -> bool:
        """Waits for it; False where it cannot run."""
        assert self._process.stdout is not None
        return any(line.strip() == "ready" for line in self._process.stdout)

    def seconds(self) -> float:
        """Of an iteration."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())

    def end(self) -> None:
        """Let it go."""
        self._process.kill()
        self._process.wait()


def measure(python: str, size: str, programs: list[str], repeats: int) -> dict[str, float]:
    """Median seconds of each program that can run, interleaved."""
    others = {name: sys.executable if name.startswith("rnnlab") else python for name in programs}
    served = {name: Served(at, name, size) for name, at in others.items()}
    try:
        able = {name: one for name, one in served.items() if one.ready()}
        rounds = [{name: one.seconds() for name, one in able.items()} for _ in range(repeats)]
        return {name: median(times[name] for times in rounds) for name in able}
    finally:
        for one in served.values():
            one.end()


def main() -> int:
    """Print milliseconds of each and how many times faster rnnlab is."""
    if sys.argv[1:2] == ["--serve"]:
        serve(*sys.argv[2:4])
        return 0
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", metavar="SIZE", help=f"of {', '.join(SIZES)}; all if none is named")
    parser.add_argument("--python", default=sys.executable, help="of the environment with the other programs")
    parser.add_argument("--repeats", type=int, default=8)
    options = parser.parse_args()
    for size in options.sizes or SIZES:
        programs = [name for name in PROGRAMS if size == "S1" or not name.endswith("whole")]
        found = measure(options.python, size, programs, options.repeats)
        for name, seconds in found.items():
            ours = found["rnnlab whole" if name.endswith("whole") else "rnnlab"]
            wanted = WANTED.get(name, {}).get(size)
            asked = "" if wanted is None else f" (wanted {wanted:g})"
            print(f"{size} {name:16s} {seconds * 1e3:8.1f} ms  {seconds / ours:6.2f} times ours{asked}", flush=True)
        for name in programs:
            if name not in found:
                print(f"{size} {name:16s} cannot run with {options.python}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
