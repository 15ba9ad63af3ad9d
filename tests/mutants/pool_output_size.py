"""Wrong versions of ``pool_output_size`` that the checker does not know by name."""


def _right(size, pool, stride=None, padding="valid"):
    stride = pool if stride is None else stride
    return -(-size // stride) if padding == "same" else (size - pool) // stride + 1


def default_step_of_two(size, pool, stride=None, padding="valid"):
    return _right(size, pool, 2 if stride is None else stride, padding)


def one_output_at_most_for_large_windows(size, pool, stride=None, padding="valid"):
    return 1 if 2 * pool > size else _right(size, pool, stride, padding)


def same_rounds_up_the_valid_formula(size, pool, stride=None, padding="valid"):
    stride = pool if stride is None else stride
    if padding == "same":
        return -(-max(size - pool, 0) // stride) + 1
    return _right(size, pool, stride, padding)


def never_steps_beyond_the_window(size, pool, stride=None, padding="valid"):
    stride = pool if stride is None else min(stride, pool)
    return _right(size, pool, stride, padding)


def odd_sizes_lose_a_pixel_first(size, pool, stride=None, padding="valid"):
    return _right(max(size - size % 2, pool), pool, stride, padding)


def same_pads_both_ends(size, pool, stride=None, padding="valid"):
    stride = pool if stride is None else stride
    added = 2 * (pool // 2) if padding == "same" else 0
    return (size + added - pool) // stride + 1


def counts_window_starts(size, pool, stride=None, padding="valid"):
    stride = pool if stride is None else stride
    return len(range(0, size, stride)) if padding == "same" else len(range(0, size - pool, stride))


def rounds_to_the_nearest(size, pool, stride=None, padding="valid"):
    stride = pool if stride is None else stride
    if padding == "same":
        return max(1, (2 * size + stride) // (2 * stride))
    return _right(size, pool, stride, padding)


def stride_one_taken_for_none(size, pool, stride=None, padding="valid"):
    return _right(size, pool, None if stride == 1 else stride, padding)


def wrong_only_where_it_fits_once(size, pool, stride=None, padding="valid"):
    return 0 if padding == "valid" and size == pool else _right(size, pool, stride, padding)


def gives_a_pair(size, pool, stride=None, padding="valid"):
    return (_right(size, pool, stride, padding),) * 2


# Those that do, on every input where they fail, just what a known mistake does.
SAME_AS_KNOWN = {
    "one_output_at_most_for_large_windows": "the stride ignored",
    "never_steps_beyond_the_window": "the stride ignored",
    "stride_one_taken_for_none": "the stride ignored",
    "counts_window_starts": "the + 1 forgotten",
    "wrong_only_where_it_fits_once": "the + 1 forgotten",
    "rounds_to_the_nearest": "rounded down where 'same' rounds up",
}
