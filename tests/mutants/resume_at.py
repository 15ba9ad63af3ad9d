"""Wrong versions of ``resume_at`` that the checker does not know by name."""

SAME_AS_KNOWN = {"empty_begins_at_one": "one epoch left out"}


def _last(finished):
    return max(finished, default=0)


def empty_begins_at_one(finished, epochs):
    last = max(finished, default=1)
    return last, max(epochs - last, 0)


def first_of_the_list(finished, epochs):
    last = finished[0] if finished else 0
    return last, max(epochs - last, 0)


def smallest(finished, epochs):
    last = min(finished, default=0)
    return last, max(epochs - last, 0)


def first_gap(finished, epochs):
    last = 0
    while last + 1 in finished:
        last += 1
    return last, max(epochs - last, 0)


def never_past_the_end(finished, epochs):
    last = min(_last(finished), epochs)
    return last, epochs - last


def swapped(finished, epochs):
    last = _last(finished)
    return max(epochs - last, 0), last


def always_one_left(finished, epochs):
    last = _last(finished)
    return last, max(epochs - last, 1)


def begins_anew(finished, epochs):
    return 0, epochs


def begins_anew_when_too_many(finished, epochs):
    last = _last(finished)
    return (last, epochs - last) if last <= epochs else (0, epochs)


def left_counts_files(finished, epochs):
    return _last(finished), max(epochs - len(finished), 0)


def initial_counts_files(finished, epochs):
    return len(finished), max(epochs - _last(finished), 0)


def left_without_the_running_one(finished, epochs):
    last = _last(finished)
    return last, max(epochs - last - 1, 0)


def one_more_left(finished, epochs):
    last = _last(finished)
    return last, max(epochs - last + 1, 0)


def sum_of_all(finished, epochs):
    last = sum(finished)
    return last, max(epochs - last, 0)


def only_below_the_end(finished, epochs):
    last = max((number for number in finished if number < epochs), default=0)
    return last, epochs - last
