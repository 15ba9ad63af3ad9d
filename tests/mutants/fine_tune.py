"""Wrong versions of ``fine_tune`` that the checker does not know by name."""

import numpy as np


def _gradients(x, y, base, head):
    error = (x @ base @ head - y) / len(x)
    return np.outer(x.T @ error, head), (x @ base).T @ error


def _run(x, y, base, head, steps, rates, scale=1.0):
    for phase in (0, 1):
        for _ in range(steps[phase]):
            of_base, of_head = _gradients(x, y, base, head)
            if phase:
                base = base - scale * rates[phase] * of_base
            head = head - scale * rates[phase] * of_head
    return np.vstack([base, head])


def climbs_instead_of_descending(x, y, base, head, steps, rates):
    return _run(x, y, base, head, steps, rates, scale=-1.0)


def twice_the_gradient(x, y, base, head, steps, rates):
    return _run(x, y, base, head, steps, rates, scale=2.0)


def one_step_too_many_for_the_head(x, y, base, head, steps, rates):
    return _run(x, y, base, head, (steps[0] + 1, steps[1]), rates)


def one_step_too_many_at_the_end(x, y, base, head, steps, rates):
    return _run(x, y, base, head, (steps[0], steps[1] + 1), rates)


def never_more_than_one_step(x, y, base, head, steps, rates):
    return _run(x, y, base, head, [min(count, 1) for count in steps], rates)


def steps_swapped(x, y, base, head, steps, rates):
    return _run(x, y, base, head, steps[::-1], rates)


def returns_what_came_in(x, y, base, head, steps, rates):
    return np.vstack([base, head])


def skips_the_first_phase(x, y, base, head, steps, rates):
    return _run(x, y, base, head, (0, steps[1]), rates)


def head_starts_from_zeros(x, y, base, head, steps, rates):
    return _run(x, y, base, 0 * head, steps, rates)


def gradient_of_the_start_reused(x, y, base, head, steps, rates):
    of_base, of_head = _gradients(x, y, base, head)
    new_head = head - (steps[0] * rates[0] + steps[1] * rates[1]) * of_head
    return np.vstack([base - steps[1] * rates[1] * of_base, new_head])


def bases_rate_on_top_of_the_heads(x, y, base, head, steps, rates):
    return _run(x, y, base, head, steps, (rates[0], rates[0] + rates[1]))


def base_learns_without_the_head(x, y, base, head, steps, rates):
    for phase in (0, 1):
        for _ in range(steps[phase]):
            _, of_head = _gradients(x, y, base, head)
            if phase:
                error = (x @ base @ head - y) / len(x)
                base = base - rates[1] * np.outer(x.T @ error, np.ones_like(head))
            head = head - rates[phase] * of_head
    return np.vstack([base, head])


def head_on_top(x, y, base, head, steps, rates):
    result = _run(x, y, base, head, steps, rates)
    return np.vstack([result[-1:], result[:-1]])
