"""Wrong versions of ``cheapest_count`` that the checker does not know by name."""

import numpy as np


def _costs(hits, objects, price):
    found = np.concatenate([[0], np.cumsum(np.asarray(hits, int))])
    return np.arange(len(found)) - found + price * (objects - found)


def the_cost_itself(hits, objects, price):
    return int(_costs(hits, objects, price).min())


def the_dearest_count(hits, objects, price):
    return int(np.argmax(_costs(hits, objects, price)))


def never_the_last(hits, objects, price):
    return int(np.argmin(_costs(hits, objects, price)[:-1]))


def always_all(hits, objects, price):
    return len(hits)


def one_too_many(hits, objects, price):
    return int(np.argmin(_costs(hits, objects, price))) + 1


def number_of_hits_shown(hits, objects, price):
    return sum(hits[: int(np.argmin(_costs(hits, objects, price)))])


def number_left_out(hits, objects, price):
    return len(hits) - int(np.argmin(_costs(hits, objects, price)))


def worst_detections_first(hits, objects, price):
    return int(np.argmin(_costs(hits[::-1], objects, price)))


def shown_detections_cost_too(hits, objects, price):
    counts = np.arange(len(hits) + 1)
    return int(np.argmin(_costs(hits, objects, price) + counts))


def hits_taken_for_misses(hits, objects, price):
    return int(np.argmin(_costs([1 - hit for hit in hits], objects, price)))


def at_most_three(hits, objects, price):
    return int(np.argmin(_costs(hits, objects, price)[:4]))
