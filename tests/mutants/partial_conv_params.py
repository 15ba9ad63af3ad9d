"""Wrong versions of ``partial_conv_params`` that the checker does not know by name."""


def _links(connections):
    return sum(len(maps) for maps in connections)


def one_connection_too_many(connections, kernel):
    return kernel * kernel * (_links(connections) + 1) + len(connections)


def first_filter_only(connections, kernel):
    return kernel * kernel * len(connections[0]) + 1


def last_filter_for_all(connections, kernel):
    return len(connections) * (kernel * kernel * len(connections[-1]) + 1)


def widest_filter_for_all(connections, kernel):
    return len(connections) * (kernel * kernel * max(map(len, connections)) + 1)


def maps_added_up(connections, kernel):
    return kernel * kernel * sum(map(sum, connections)) + len(connections)


def a_single_bias(connections, kernel):
    return kernel * kernel * _links(connections) + 1


def doubled_kernel(connections, kernel):
    return 2 * kernel * _links(connections) + len(connections)


def five_by_five_always(connections, kernel):
    return 25 * _links(connections) + len(connections)


def three_weights_at_least(connections, kernel):
    return max(kernel, 2) ** 2 * _links(connections) + len(connections)


def each_pair_once(connections, kernel):
    different = {tuple(maps) for maps in connections}
    return kernel * kernel * _links(different) + len(connections)


def bias_weighted_too(connections, kernel):
    return kernel * kernel * (_links(connections) + len(connections))


def no_room_for_the_last_filter(connections, kernel):
    return kernel * kernel * _links(connections[:-1]) + len(connections)


def a_float(connections, kernel):
    return float(kernel * kernel * _links(connections) + len(connections)) + 0.5
