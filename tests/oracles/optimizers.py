"""Five AdamW updates of two small parameters, in float64: PyTorch's own optimizer, and Google's BERT optimizer."""

import numpy as np
import torch

STEPS = 5
LEARNING_RATES = [0.01, 0.02, 0.03, 0.015, 0.005]  # warmup and decay


def float32(values):
    """Rounded to float32, so that every implementation starts from the same numbers."""
    return np.asarray(values, dtype=np.float32).astype(np.float64)


def draw(seed):
    """Start values and gradients of a weight [4, 3], which decays, and a bias [5], which does not."""
    random = np.random.default_rng(seed)
    shapes = {"weight": 12, "bias": 5}
    initial = {name: float32(random.standard_normal(size)) for name, size in shapes.items()}
    gradients = {name: float32(random.standard_normal((STEPS, size))) for name, size in shapes.items()}
    for gradient in gradients.values():
        gradient[:, -1] = 0  # a word that no batch holds
        gradient[2] *= 1e-4
    return initial, gradients


def pytorch(initial, gradients, decay, epsilon, clip):
    parameters = {name: torch.tensor(value, requires_grad=True) for name, value in initial.items()}
    groups = [
        dict(params=[parameters["weight"]], weight_decay=decay),
        dict(params=[parameters["bias"]], weight_decay=0.0),
    ]
    optimizer = torch.optim.AdamW(groups, lr=1.0, betas=(0.9, 0.999), eps=epsilon)
    values, norms = {name: [] for name in initial}, []
    for step, rate in enumerate(LEARNING_RATES):
        for name, parameter in parameters.items():
            parameter.grad = torch.tensor(gradients[name][step])
        norms.append(torch.nn.utils.clip_grad_norm_(parameters.values(), clip or np.inf).item())
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.step()
        for name, parameter in parameters.items():
            values[name].append(parameter.detach().numpy().copy())
    state = {name: optimizer.state[parameter] for name, parameter in parameters.items()}
    first = {name: s["exp_avg"].numpy() for name, s in state.items()}
    second = {name: s["exp_avg_sq"].numpy() for name, s in state.items()}
    return values, first, second, norms


def train(parameters, loss_of, steps=50, decay=0.01, clip=1.0):
    """Fits the parameters to one batch, as fine-tuning does: warmup, linear decay, clipping, decay of matrices alone."""
    groups = [
        dict(params=[p for p in parameters.values() if p.dim() == 2], weight_decay=decay),
        dict(params=[p for p in parameters.values() if p.dim() == 1], weight_decay=0.0),
    ]
    optimizer = torch.optim.AdamW(groups, lr=1.0, betas=(0.9, 0.999), eps=1e-8)
    warmup, peak = steps // 10, 2e-3
    rates = [peak * min((step + 1) / warmup, (steps - step) / (steps - warmup)) for step in range(steps)]
    rates = float32(rates).tolist()
    losses, norms = [], []
    for rate in rates:
        optimizer.zero_grad()
        loss = loss_of()
        loss.backward()
        losses.append(loss.item())
        norms.append(torch.nn.utils.clip_grad_norm_(parameters.values(), clip).item())
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.step()
    return dict(
        weightDecay=decay, beta1=0.9, beta2=0.999, epsilon=1e-8, clipNorm=clip, learningRates=rates, losses=losses, gradientNorms=norms,
    )


def google(initial, gradients, decay, epsilon, clip):
    """google-research/bert's optimizer: AdamW without bias correction, after clipping by the global norm."""
    value = {name: v.copy() for name, v in initial.items()}
    first = {name: np.zeros_like(v) for name, v in initial.items()}
    second = {name: np.zeros_like(v) for name, v in initial.items()}
    values, norms = {name: [] for name in initial}, []
    for step, rate in enumerate(LEARNING_RATES):
        norm = np.sqrt(sum((g[step] ** 2).sum() for g in gradients.values()))
        norms.append(float(norm))
        factor = clip / max(norm, clip) if clip else 1.0
        for name in initial:
            gradient = gradients[name][step] * factor
            first[name] = 0.9 * first[name] + 0.1 * gradient
            second[name] = 0.999 * second[name] + 0.001 * gradient**2
            update = first[name] / (np.sqrt(second[name]) + epsilon)
            if name == "weight":
                update += decay * value[name]
            value[name] = value[name] - rate * update
            values[name].append(value[name])
    return values, first, second, norms


def optimizer_cases():
    cases = []
    for seed, (name, run, decay, epsilon, clip) in enumerate([
        ("pytorch", pytorch, 0.0, 1e-8, 0.0),
        ("pytorch-decay", pytorch, 0.1, 1e-8, 0.0),
        ("pytorch-decay-clip", pytorch, 0.1, 1e-8, 1.0),
        ("google-decay", google, 0.1, 1e-6, 0.0),
        ("google-decay-clip", google, 0.1, 1e-6, 1.0),
    ]):
        initial, gradients = draw(seed)
        values, first, second, norms = run(initial, gradients, decay, epsilon, clip)
        cases.append(dict(
            name=name,
            biasCorrection=run is pytorch,
            beta1=0.9,
            beta2=0.999,
            epsilon=epsilon,
            clipNorm=clip,
            learningRates=LEARNING_RATES,
            gradientNorms=norms,
            parameters=[
                dict(
                    name=key,
                    weightDecay=decay if key == "weight" else 0.0,
                    initial=initial[key].tolist(),
                    gradients=gradients[key].tolist(),
                    values=[v.tolist() for v in values[key]],
                    firstMoment=first[key].tolist(),
                    secondMoment=second[key].tolist(),
                )
                for key in initial
            ],
        ))
    return cases
